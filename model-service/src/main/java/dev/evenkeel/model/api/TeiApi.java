package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Predictions as Hugging Face's text-embeddings-inference has them; {@code TeiInfoApi} has the rest. It serves one model, so its requests name none: the header
 * {@value Headers#MODEL} does here, else the task has a default.
 */
@RestController
class TeiApi {

    private static final String INPUTS = "inputs";
    private static final String TEXTS = "texts";
    private static final String QUERY = "query";
    private static final String SOURCE = "source_sentence";
    private static final String SENTENCES = "sentences";

    private final Body body;
    private final Inputs inputs;
    private final Models models;

    TeiApi(ApiSettings settings, Body body, Models models) {
        this.body = body;
        this.inputs = settings.inputs();
        this.models = models;
    }

    @PostMapping("/embed")
    ResponseEntity<byte[]> embed(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = models.byHeader(request, Task.EMBEDDING);
        int dimensions = fields.number("dimensions", 1, model.width()).orElse(model.width());
        boolean truncate = fields.flag("truncate", false);
        // what the model normalises by itself stays so
        boolean normalize = fields.flag("normalize", true);
        List<ModelInput> texts = inputs.textsOrIds(fields.required(INPUTS), INPUTS);
        Rows rows = models.run(request, model, texts, truncate, INPUTS);
        return Answers.ok(json -> {
            json.writeStartArray();
            for (float[] row : rows.rows()) {
                float[] vector = Vectors.shortened(row, dimensions);
                Answers.floats(json, normalize ? Vectors.normalized(vector) : vector);
            }
            json.writeEndArray();
        });
    }

    @PostMapping("/predict")
    ResponseEntity<byte[]> predict(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = models.byHeader(request, Task.CLASSIFICATION);
        boolean truncate = fields.flag("truncate", false);
        boolean raw = fields.flag("raw_scores", false);
        JsonNode value = fields.required(INPUTS);
        boolean batch = value.isArray() && value.path(0).isArray();
        List<ModelInput> texts = batch ? inputs.textsOrPairs(value, INPUTS) : List.of(inputs.textOrPair(value, INPUTS));
        Rows rows = models.run(request, model, texts, truncate, INPUTS);
        return Answers.ok(json -> {
            if (batch) {
                json.writeStartArray();
                rows.rows().forEach(row -> scores(json, model.labels(), row, raw));
                json.writeEndArray();
            } else {
                scores(json, model.labels(), rows.rows().getFirst(), raw);
            }
        });
    }

    @PostMapping("/rerank")
    ResponseEntity<byte[]> rerank(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = models.ranker(models.header(request), Headers.MODEL);
        boolean truncate = fields.flag("truncate", false);
        boolean raw = fields.flag("raw_scores", false);
        boolean withText = fields.flag("return_text", false);
        String query = Inputs.requiredText(fields, QUERY);
        List<String> texts = inputs.textArray(fields.required(TEXTS), TEXTS);
        Ranking ranking =
                Ranking.of(models, request, model, new Ranking.Question(query, QUERY, texts, TEXTS), truncate);
        return Answers.ok(json -> {
            json.writeStartArray();
            for (Ranking.Score score : ranking.ranked()) {
                json.writeStartObject();
                json.writeNumberProperty("index", score.index());
                if (withText) {
                    json.writeStringProperty("text", texts.get(score.index()));
                }
                json.writeNumberProperty("score", raw ? score.raw() : score.score());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** Cosines of an embedder's vectors, or a cross-encoder's probabilities, in the sentences' order. */
    @PostMapping("/similarity")
    ResponseEntity<byte[]> similarity(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "tei");
        Fields fields = body.read(request);
        ModelCard model = models.header(request)
                .map(named -> models.ranker(Optional.of(named), Headers.MODEL))
                .orElseGet(() -> models.unnamed(Task.EMBEDDING, Headers.MODEL));
        boolean truncate = fields.object("parameters").flag("truncate", false);
        fields.required(INPUTS);
        Fields given = fields.object(INPUTS);
        String source = Inputs.requiredText(given, SOURCE);
        List<String> sentences = inputs.textArray(given.required(SENTENCES), SENTENCES);
        Ranking ranking = Ranking.of(
                models, request, model, new Ranking.Question(source, SOURCE, sentences, SENTENCES), truncate);
        return Answers.ok(json -> {
            json.writeStartArray();
            ranking.scores()
                    .forEach(score -> json.writeNumber(model.task() == Task.EMBEDDING ? score.raw() : score.score()));
            json.writeEndArray();
        });
    }

    /** The best first. */
    private static void scores(JsonGenerator json, List<String> labels, float[] logits, boolean raw) {
        float[] scores = raw ? logits : Vectors.softmax(logits);
        json.writeStartArray();
        IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .forEach(i -> {
                    json.writeStartObject();
                    json.writeNumberProperty("score", scores[i]);
                    json.writeStringProperty("label", labels.get(i));
                    json.writeEndObject();
                });
        json.writeEndArray();
    }
}
