package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Cohere's rerank, versions 1 and 2, and Jina's, which is nearly the same. Answers carry Cohere's {@code meta} and Jina's
 * {@code usage} both: clients of the one fail without the one, of the other without the other. Texts that are too long are
 * cut, as both do it; {@code "truncate": false} has them refused.
 *
 * @see <a href="https://docs.cohere.com/reference/rerank">Cohere</a>
 * @see <a href="https://jina.ai/reranker">Jina</a>
 */
@RestController
class RerankApi {

    private static final String MODEL = "model";
    private static final String QUERY = "query";
    private static final String DOCUMENTS = "documents";

    private final Body body;
    private final Inputs inputs;
    private final Models models;
    private final String idPrefix;
    private final AtomicLong ids = new AtomicLong();

    RerankApi(ApiSettings settings, Body body, Models models) {
        this.body = body;
        this.inputs = settings.inputs();
        this.models = models;
        this.idPrefix = "rerank-" + Long.toString(settings.startedSeconds(), Character.MAX_RADIX) + "-";
    }

    @PostMapping({"/v1/rerank", "/v2/rerank"})
    ResponseEntity<byte[]> rerank(HttpServletRequest request) throws IOException {
        request.setAttribute(LoadFilter.API, "rerank");
        Fields fields = body.read(request);
        ModelCard model = models.ranker(fields.text(MODEL).or(() -> models.header(request)), MODEL);
        boolean withDocuments = fields.flag("return_documents", false);
        boolean truncate = fields.flag("truncate", true);
        int most = fields.number("top_n", 1, Integer.MAX_VALUE).orElse(Integer.MAX_VALUE);
        String query = Inputs.requiredText(fields, QUERY);
        List<String> documents = inputs.documents(fields.required(DOCUMENTS), DOCUMENTS);
        Ranking ranking =
                Ranking.of(models, request, model, new Ranking.Question(query, QUERY, documents, DOCUMENTS), truncate);
        String id = Optional.ofNullable(request.getHeader(Headers.REQUEST_ID))
                .orElseGet(() -> idPrefix + ids.incrementAndGet());
        return Answers.ok(json -> {
            json.writeStartObject();
            json.writeStringProperty("id", id);
            json.writeStringProperty("model", model.name());
            json.writeName("results").writeStartArray();
            ranking.ranked().stream().limit(most).forEach(score -> {
                json.writeStartObject();
                json.writeNumberProperty("index", score.index());
                json.writeNumberProperty("relevance_score", score.score());
                if (withDocuments) {
                    json.writeName("document").writeStartObject();
                    json.writeStringProperty("text", documents.get(score.index()));
                    json.writeEndObject();
                }
                json.writeEndObject();
            });
            json.writeEndArray();
            json.writeName("meta").writeStartObject();
            json.writeName("billed_units").writeStartObject();
            json.writeNumberProperty("search_units", 1);
            json.writeEndObject();
            json.writeEndObject();
            json.writeName("usage").writeStartObject();
            json.writeNumberProperty("prompt_tokens", ranking.tokens());
            json.writeNumberProperty("total_tokens", ranking.tokens());
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
