package dev.evenkeel.plain;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** OpenAI's embeddings, vectors as arrays of numbers. */
@RestController
final class EmbeddingsController {

    /**
     * A request.
     *
     * @param model must be the served one
     * @param input a text or an array of texts
     */
    record Request(
            @Nullable String model,

            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Nullable
            List<@Nullable String> input) {}

    record Answer(String object, List<Item> data, String model, Usage usage) {}

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Item(String object, int index, float[] embedding) {}

    record Usage(
            @JsonProperty("prompt_tokens") int promptTokens,
            @JsonProperty("total_tokens") int totalTokens) {}

    private final Encoder encoder;
    private final PredictorPool predictors;
    private final String model;

    EmbeddingsController(Encoder encoder, PredictorPool predictors, PlainProperties properties) {
        this.encoder = encoder;
        this.predictors = predictors;
        this.model = properties.model();
    }

    @PostMapping("/v1/embeddings")
    Answer embeddings(@RequestBody Request request) {
        if (!model.equals(request.model())) {
            throw new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "model is " + request.model() + "; only " + model + " is served");
        }
        List<long[]> rows = texts(request).stream().map(encoder::tokenize).toList();
        List<float[]> vectors = predictors.predict(rows);
        List<Item> data = IntStream.range(0, vectors.size())
                .mapToObj(i -> new Item("embedding", i, vectors.get(i)))
                .toList();
        int tokens = rows.stream().mapToInt(row -> row.length).sum();
        return new Answer("list", data, model, new Usage(tokens, tokens));
    }

    private static List<String> texts(Request request) {
        List<@Nullable String> input = request.input();
        if (input == null || input.isEmpty()) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "input is missing or empty; it is a text or an array of texts");
        }
        return input.stream()
                .map(text -> {
                    if (text == null) {
                        throw new ResponseStatusException(
                                HttpStatus.BAD_REQUEST, "input has a null; it is a text or an array of texts");
                    }
                    return text;
                })
                .toList();
    }

    /** Answers as soon as anything does: Tomcat listens when the encoder is warm. */
    @GetMapping("/ready")
    void ready() {}
}
