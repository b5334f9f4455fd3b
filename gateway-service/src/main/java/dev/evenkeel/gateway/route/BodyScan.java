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
 * What the gateway needs to know of a body, read in one pass without building a tree: the model that it names, and how much
 * there is to do. It is JSON, after which the bytes of tensors may stand.
 *
 * @param model the top-level {@code model}, when it is there as a string
 * @param inputs texts, or lists of token ids, that are to be answered
 * @param textBytes length of the texts in UTF-8, in bytes
 * @param tokenIds token ids that are given as such
 * @param query length of a text that is read together with each other one by a cross-encoder, in bytes; 0 without one
 * @param numbers elements of the tensors, as their shapes say; never more than the body has bytes
 * @param bytes of the body
 * @param timeoutMicros what Triton's clients set in the parameters; 0 without
 */
record BodyScan(
        Optional<String> model,
        int inputs,
        long textBytes,
        long tokenIds,
        long query,
        long numbers,
        int bytes,
        long timeoutMicros) {

    /** What a node counts as a token. */
    private static final double NUMBERS_A_TOKEN = 1_000;

    /** The fields under which the APIs carry what is to be answered. */
    private static final Set<String> INPUT_FIELDS =
            Set.of("input", "inputs", "data", "texts", "documents", "query", "text", "source_sentence", "sentences");

    private static final Set<String> QUERY_FIELDS = Set.of("query", "source_sentence");

    private static final String SHAPE = "shape";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** For a request without a body. */
    static final BodyScan EMPTY = new BodyScan(Optional.empty(), 0, 0, 0, 0, 0, 0, 0);

    /** @throws tools.jackson.core.JacksonException when the body is not JSON */
    static BodyScan of(byte[] body) {
        return of(body, body.length);
    }

    /**
     * Of a body that begins with JSON.
     *
     * @param jsonLength how many of its bytes are JSON
     * @throws tools.jackson.core.JacksonException when they are not
     */
    static BodyScan of(byte[] body, int jsonLength) {
        Optional<String> model = Optional.empty();
        int inputs = 0;
        long textBytes = (long) body.length - jsonLength;
        long tokenIds = 0;
        long query = 0;
        double numbers = 0;
        double elements = 1;
        long timeout = 0;
        Deque<String> fields = new ArrayDeque<>();
        String field = "";
        @Nullable JsonToken before = null;
        try (JsonParser parser = JSON.createParser(body, 0, jsonLength)) {
            for (JsonToken token = parser.nextToken(); token != null; before = token, token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> {
                        fields.push(field);
                        elements = 1;
                    }
                    case END_OBJECT, END_ARRAY -> {
                        if (token == JsonToken.END_ARRAY && field.equals(SHAPE)) {
                            numbers += elements;
                        }
                        field = fields.pop();
                    }
                    case PROPERTY_NAME -> field = parser.currentName();
                    case VALUE_STRING -> {
                        if (fields.size() == 1 && field.equals("model")) {
                            model = Optional.of(parser.getString());
                        } else if (INPUT_FIELDS.contains(field)) {
                            int length = utf8Length(parser.getString());
                            inputs++;
                            textBytes += length;
                            query += QUERY_FIELDS.contains(field) ? length : 0;
                        }
                    }
                    case VALUE_NUMBER_INT -> {
                        if (field.equals(SHAPE)) {
                            elements *= parser.getDoubleValue();
                        } else if (INPUT_FIELDS.contains(field)) {
                            inputs += before == JsonToken.START_ARRAY ? 1 : 0;
                            tokenIds++;
                        } else if (field.equals("timeout")
                                && fields.size() == 2
                                && "parameters".equals(fields.peek())) {
                            timeout = (long) parser.getDoubleValue();
                        }
                    }
                    default -> {}
                }
            }
        }
        return new BodyScan(
                model,
                inputs,
                textBytes,
                tokenIds,
                query,
                (long) Math.clamp(numbers, 0, body.length),
                body.length,
                Math.max(0, timeout));
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
     * The estimated work in work units: what the inputs cost on a node that serves the model. Tensors of numbers are one
     * input; texts in bytes are as many as the tensor has elements; a cross-encoder reads the query with each text.
     */
    long work(ServedModel served) {
        return switch (served.task()) {
            case "tensor" -> work(served, 1, numbers / NUMBERS_A_TOKEN);
            case "rerank" -> {
                int texts = query > 0 ? inputs - 1 : inputs / 2;
                double each = Math.max(0, texts - 1) * (double) query;
                yield work(served, texts, (textBytes + each) * served.tokensPerByte());
            }
            default -> {
                long count = inputs > 0 ? inputs : numbers;
                yield work(served, count, tokenIds + textBytes * served.tokensPerByte());
            }
        };
    }

    private static long work(ServedModel served, long inputs, double tokens) {
        return Math.round(inputs * served.costBase() + tokens * served.costPerToken());
    }
}
