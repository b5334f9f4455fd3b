package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.ModelInput;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Reads what is to be predicted out of JSON. Everything is checked here, with the place of what is wrong.
 *
 * @param maxInputs of one request
 */
record Inputs(int maxInputs) {

    /** {@code "text" | ["text"] | [ids] | [[ids]]}, as OpenAI's and TEI's embeddings have it. */
    List<ModelInput> textsOrIds(JsonNode value, String field) {
        if (value.isString()) {
            return List.of(text(value, field));
        }
        requireArray(value, field, "a string, an array of strings, or token ids");
        if (value.get(0).isIntegralNumber()) {
            return List.of(ids(value, field));
        }
        return each(value, field, i -> {
            JsonNode item = value.get(i);
            String place = field + "[" + i + "]";
            return item.isArray() && value.get(0).isArray() ? ids(item, place) : text(item, place);
        });
    }

    /** {@code "text" | ["text"]}. */
    List<String> texts(JsonNode value, String field) {
        if (value.isString()) {
            return List.of(text(value, field).text());
        }
        return textArray(value, field);
    }

    /** {@code ["text"]}. */
    List<String> textArray(JsonNode value, String field) {
        requireArray(value, field, "an array of strings");
        requireAtMost(value.size(), field);
        return IntStream.range(0, value.size())
                .mapToObj(i -> text(value.get(i), field + "[" + i + "]").text())
                .toList();
    }

    /** {@code ["text" | {"text": "..."}]}, as Cohere's and Jina's rerankers take them. */
    List<String> documents(JsonNode value, String field) {
        requireArray(value, field, "an array of strings, or of objects with a text");
        requireAtMost(value.size(), field);
        return IntStream.range(0, value.size())
                .mapToObj(i -> {
                    String place = field + "[" + i + "]";
                    JsonNode item = value.get(i);
                    return item.isObject()
                            ? text(item.path("text"), place + ".text").text()
                            : text(item, place).text();
                })
                .toList();
    }

    /** {@code ["text"]}, or nested in arrays of one. */
    List<ModelInput> flatTexts(JsonNode value, String field) {
        requireArray(value, field, "an array of strings");
        return each(value, field, i -> {
            JsonNode item = value.get(i);
            String place = field + "[" + i + "]";
            if (item.isArray()) {
                if (item.size() != 1) {
                    throw Problem.invalid(field, "`" + place + "` must hold one string.");
                }
                return text(item.get(0), place);
            }
            return text(item, place);
        });
    }

    /** {@code ["first", "second", "first", "second"]}, or a pair an array. */
    List<ModelInput> flatPairs(JsonNode value, String field) {
        requireArray(value, field, "an array of strings, two for each pair");
        if (value.get(0).isArray()) {
            return textsOrPairs(value, field).stream()
                    .map(input -> pair(input, field))
                    .toList();
        }
        if (value.size() % 2 != 0) {
            throw Problem.invalid(
                    root(field), "`" + field + "` has " + value.size() + " strings; pairs take two each.");
        }
        requireAtMost(value.size() / 2, field);
        return IntStream.range(0, value.size() / 2)
                .mapToObj(i -> (ModelInput) new ModelInput.Pair(
                        text(value.get(2 * i), field + "[" + 2 * i + "]").text(),
                        text(value.get(2 * i + 1), field + "[" + (2 * i + 1) + "]")
                                .text()))
                .toList();
    }

    private static ModelInput pair(ModelInput input, String field) {
        if (!(input instanceof ModelInput.Pair)) {
            throw Problem.invalid(root(field), "`" + field + "` must hold pairs of strings.");
        }
        return input;
    }

    /** {@code ["text"]} or {@code ["first", "second"]}, which is a pair. */
    ModelInput textOrPair(JsonNode value, String field) {
        if (value.isString()) {
            return text(value, field);
        }
        requireArray(value, field, "a string, or an array of one string or of two, a pair");
        if (value.size() > 2) {
            throw Problem.invalid(
                    field, "`" + field + "` has " + value.size() + " strings; it must be one, or two, a pair.");
        }
        ModelInput.Text first = text(value.get(0), field + "[0]");
        return value.size() == 1
                ? first
                : new ModelInput.Pair(
                        first.text(), text(value.get(1), field + "[1]").text());
    }

    /** {@code [["text"], ["first", "second"]]}. */
    List<ModelInput> textsOrPairs(JsonNode value, String field) {
        return each(value, field, i -> {
            String place = field + "[" + i + "]";
            if (!value.get(i).isArray()) {
                throw Problem.invalid(field, "`" + place + "` must be an array of one string or two.");
            }
            return textOrPair(value.get(i), place);
        });
    }

    private List<ModelInput> each(JsonNode value, String field, IntFunction<ModelInput> item) {
        requireAtMost(value.size(), field);
        return IntStream.range(0, value.size()).mapToObj(item).toList();
    }

    private void requireAtMost(int inputs, String field) {
        if (inputs > maxInputs) {
            throw new Problem(
                    Problem.Kind.LIMIT,
                    field,
                    "`" + field + "` has " + inputs + " inputs; at most " + maxInputs + " are taken at once.");
        }
    }

    private static ModelInput.Text text(JsonNode value, String place) {
        if (!value.isString()) {
            throw Problem.invalid(root(place), "`" + place + "` must be a string.");
        }
        if (value.stringValue().isEmpty()) {
            throw new Problem(Problem.Kind.EMPTY, root(place), "`" + place + "` is an empty string.");
        }
        return new ModelInput.Text(value.stringValue());
    }

    private static ModelInput ids(JsonNode value, String place) {
        if (value.isEmpty()) {
            throw new Problem(Problem.Kind.EMPTY, root(place), "`" + place + "` is an empty array.");
        }
        return new ModelInput.Ids(IntStream.range(0, value.size())
                .mapToObj(i -> {
                    JsonNode id = value.get(i);
                    if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                        throw Problem.invalid(root(place), "`" + place + "[" + i + "]` must be a token id.");
                    }
                    return id.intValue();
                })
                .toList());
    }

    private static void requireArray(JsonNode value, String field, String what) {
        if (!value.isArray()) {
            throw Problem.invalid(root(field), "`" + field + "` must be " + what + ".");
        }
        if (value.isEmpty()) {
            throw new Problem(Problem.Kind.EMPTY, root(field), "`" + field + "` is an empty array.");
        }
    }

    /** A string that is there and not empty. */
    static String requiredText(Fields fields, String name) {
        return text(fields.required(name), name).text();
    }

    /** The field of the body in which a place like {@code input[3]} is. */
    private static String root(String place) {
        int bracket = place.indexOf('[');
        return bracket < 0 ? place : place.substring(0, bracket);
    }
}
