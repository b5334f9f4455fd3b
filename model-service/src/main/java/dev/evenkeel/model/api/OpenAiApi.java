package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** OpenAI's embeddings and list of models. */
@RestController
class OpenAiApi {

    private static final String INPUT = "input";

    private final Body body;
    private final Inputs inputs;
    private final Models models;
    private final long created;

    OpenAiApi(ApiSettings settings, Body body, Models models) {
        this.body = body;
        this.inputs = settings.inputs();
        this.models = models;
        this.created = settings.startedSeconds();
    }

    @PostMapping({"/v1/embeddings", "/embeddings"})
    ResponseEntity<byte[]> embeddings(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "openai");
        Fields fields = body.read(request);
        String name = fields.text("model").orElseThrow(() -> Problem.invalid("model", "`model` is missing."));
        ModelCard model = models.named(name, "model", Task.EMBEDDING);
        boolean base64 = switch (fields.text("encoding_format").orElse("float")) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw Problem.invalid("encoding_format", "`encoding_format` must be \"float\" or \"base64\".");
        };
        int dimensions = fields.number("dimensions", 1, model.width()).orElse(model.width());
        // no field of OpenAI's own, and harmless to its clients
        boolean truncate = fields.flag("truncate", false);
        List<ModelInput> texts = inputs.textsOrIds(fields.required(INPUT), INPUT);
        Rows rows = models.run(request, model, texts, truncate, INPUT);
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeName("data").writeStartArray();
            for (int i = 0; i < rows.rows().size(); i++) {
                embedding(json, i, Vectors.shortened(rows.rows().get(i), dimensions), base64);
            }
            json.writeEndArray();
            json.writeStringProperty("model", name);
            json.writeName("usage").writeStartObject();
            json.writeNumberProperty("prompt_tokens", rows.tokens());
            json.writeNumberProperty("total_tokens", rows.tokens());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void embedding(JsonGenerator json, int index, float[] vector, boolean base64) {
        json.writeStartObject();
        json.writeStringProperty("object", "embedding");
        json.writeNumberProperty("index", index);
        json.writeName("embedding");
        if (base64) {
            json.writeString(Vectors.base64(vector));
        } else {
            Answers.floats(json, vector);
        }
        json.writeEndObject();
    }

    @GetMapping("/v1/models/{name}")
    ResponseEntity<byte[]> model(@PathVariable("name") String name) {
        ModelCard model = models.named(name, "model");
        return Answers.ok(json -> describe(json, model));
    }

    @GetMapping("/v1/models")
    ResponseEntity<byte[]> list() {
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("object", "list");
            json.writeName("data").writeStartArray();
            for (ModelCard model : models.all()) {
                describe(json, model);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void describe(JsonGenerator json, ModelCard model) {
        json.writeStartObject();
        json.writeStringProperty("id", model.name());
        json.writeStringProperty("object", "model");
        json.writeNumberProperty("created", created);
        json.writeStringProperty("owned_by", "evenkeel");
        json.writeEndObject();
    }
}
