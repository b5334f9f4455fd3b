package dev.evenkeel.model.api;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A JSON object's fields; one that is null counts as missing. What is of the wrong type is a {@link Problem} that names it. */
record Fields(JsonNode object) {

    private static final Fields NONE = new Fields(JsonNodeFactory.instance.objectNode());

    Optional<JsonNode> find(String name) {
        JsonNode value = object.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    JsonNode required(String name) {
        return find(name).orElseThrow(() -> Problem.invalid(name, "`" + name + "` is missing."));
    }

    Optional<String> text(String name) {
        return find(name).map(value -> {
            if (!value.isString()) {
                throw Problem.invalid(name, "`" + name + "` must be a string.");
            }
            return value.stringValue();
        });
    }

    /** An object in this one; an empty one when it is missing. */
    Fields object(String name) {
        return find(name)
                .map(value -> {
                    if (!value.isObject()) {
                        throw Problem.invalid(name, "`" + name + "` must be an object.");
                    }
                    return new Fields(value);
                })
                .orElse(NONE);
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> Problem.invalid(name, "`" + name + "` is missing."));
    }

    boolean flag(String name, boolean otherwise) {
        return find(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw Problem.invalid(name, "`" + name + "` must be true or false.");
                    }
                    return value.booleanValue();
                })
                .orElse(otherwise);
    }

    OptionalLong longNumber(String name) {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().isIntegralNumber()
                || !value.get().canConvertToLong()
                || value.get().longValue() < 0) {
            throw Problem.invalid(name, "`" + name + "` must be a whole number of 0 or more.");
        }
        return OptionalLong.of(value.get().longValue());
    }

    OptionalInt number(String name, int least, int most) {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().isIntegralNumber()
                || !value.get().canConvertToInt()
                || value.get().intValue() < least
                || value.get().intValue() > most) {
            throw Problem.invalid(name, "`" + name + "` must be a whole number from " + least + " to " + most + ".");
        }
        return OptionalInt.of(value.get().intValue());
    }
}
