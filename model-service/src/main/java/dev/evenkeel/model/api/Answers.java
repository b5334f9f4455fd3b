package dev.evenkeel.model.api;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON answers. */
final class Answers {

    /** Rows of floats are most of what is written. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .build();

    private Answers() {}

    static byte[] json(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            content.accept(json);
        }
        return bytes.toByteArray();
    }

    static ResponseEntity<byte[]> ok(Consumer<JsonGenerator> content) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json(content));
    }

    static ResponseEntity<byte[]> problem(ErrorShape shape, Problem problem) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(shape.status(problem.kind())).contentType(MediaType.APPLICATION_JSON);
        long millis = problem.retryAfterMillis();
        if (millis > 0) {
            // the seconds for everyone, the milliseconds for OpenAI's clients
            answer.header("Retry-After", Long.toString((millis + 999) / 1_000))
                    .header("retry-after-ms", Long.toString(millis));
        }
        return answer.body(shape.body(problem));
    }

    static void floats(JsonGenerator json, float[] numbers) {
        json.writeStartArray();
        for (float number : numbers) {
            json.writeNumber(number);
        }
        json.writeEndArray();
    }
}
