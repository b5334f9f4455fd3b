package dev.evenkeel.gateway.route;

import dev.evenkeel.load.NodeStatus.ServedModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway needs to know of a JSON body, read in one pass without building a tree: the model that it names,
 * and how much there is to do.
 *
 * @param model the top-level {@code model}, when it is there as a string
 * @param inputs texts, or lists of token ids, that are to be answered
 * @param textBytes length of the texts in UTF-8, in bytes
 * @param tokenIds token ids that are given as such
 * @param bytes of the body
 */
record BodyScan(Optional<String> model, int inputs, long textBytes, long tokenIds, int bytes) {

    /** The fields under which the APIs carry what is to be answered. */
    private static final Set<String> INPUT_FIELDS =
            Set.of("input", "inputs", "data", "texts", "documents", "query", "text");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** For a request without a body. */
    static final BodyScan EMPTY = new BodyScan(Optional.empty(), 0, 0, 0, 0);

    /** @throws tools.jackson.core.JacksonException when the body is not JSON */
    static BodyScan of(byte[] body) {
        Optional<String> model = Optional.empty();
        int inputs = 0;
        long textBytes = 0;
        long tokenIds = 0;
        Deque<String> fields = new ArrayDeque<>();
        String field = "";
        @Nullable JsonToken before = null;
        try (JsonParser parser = JSON.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; before = token, token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> fields.push(field);
                    case END_OBJECT, END_ARRAY -> field = fields.pop();
                    case PROPERTY_NAME -> field = parser.currentName();
                    case VALUE_STRING -> {
                        if (fields.size() == 1 && field.equals("model")) {
                            model = Optional.of(parser.getString());
                        } else if (INPUT_FIELDS.contains(field)) {
                            inputs++;
                            textBytes += utf8Length(parser.getString());
                        }
                    }
                    case VALUE_NUMBER_INT -> {
                        if (INPUT_FIELDS.contains(field)) {
                            inputs += before == JsonToken.START_ARRAY ? 1 : 0;
                            tokenIds++;
                        }
                    }
                    default -> {}
                }
            }
        }
        return new BodyScan(model, inputs, textBytes, tokenIds, body.length);
    }

    /** Counted, not encoded: a body may be long. */
    private static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // a surrogate is half of a character of four bytes
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes;
    }

    /**
     * The estimated work in work units: what the inputs cost on a node that serves the model. Tensors are one input, whose
     * numbers are most of the body.
     */
    long work(ServedModel served) {
        if (served.task().equals("tensor")) {
            return Math.round(served.costBase() + bytes * served.tokensPerByte() * served.costPerToken());
        }
        double tokens = tokenIds + textBytes * served.tokensPerByte();
        return Math.round(inputs * served.costBase() + tokens * served.costPerToken());
    }
}
