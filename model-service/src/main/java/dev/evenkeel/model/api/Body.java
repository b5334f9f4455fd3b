package dev.evenkeel.model.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a request's body, whatever Content-Type it claims, up to a limit: counted, because a chunked body does not say
 * beforehand how long it is.
 *
 * @param maxBytes the limit
 * @param turns for the work that begins when a body is there, which may take long to come
 */
record Body(int maxBytes, Turns turns) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Parsed, in its turn. */
    Fields read(HttpServletRequest request) throws IOException {
        return parsed(bytes(request));
    }

    /** As it came; whoever asks for it parses it, in the turn that it has from here on. */
    byte[] bytes(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge();
        }
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw tooLarge();
            }
            turns.begin(request);
            return bytes;
        }
    }

    static Fields parsed(byte[] bytes) {
        JsonNode node;
        try {
            node = JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new Problem(Problem.Kind.MALFORMED, null, "The body is not JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw new Problem(Problem.Kind.MALFORMED, null, "The body must be a JSON object.");
        }
        return new Fields(node);
    }

    private Problem tooLarge() {
        return new Problem(
                Problem.Kind.TOO_LARGE, null, "The body is larger than the limit of " + maxBytes + " bytes.");
    }
}
