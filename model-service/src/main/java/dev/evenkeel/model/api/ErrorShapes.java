package dev.evenkeel.model.api;

import java.util.Map;

/** The shape of the API that was called, which its path tells. */
final class ErrorShapes {

    private static final ErrorShape OPEN_AI = new OpenAiErrors();

    private static final Map<String, ErrorShape> BY_PREFIX =
            Map.of("/v1", OPEN_AI, "/embeddings", OPEN_AI, "/v2", new OipErrors());

    private static final ErrorShape RERANK = new RerankErrors();

    private static final Map<String, ErrorShape> BY_PATH = Map.of("/v1/rerank", RERANK, "/v2/rerank", RERANK);

    private static final ErrorShape OTHERWISE = new TeiErrors();

    private ErrorShapes() {}

    static ErrorShape of(String path) {
        ErrorShape own = BY_PATH.get(path);
        if (own != null) {
            return own;
        }
        int second = path.indexOf('/', 1);
        return BY_PREFIX.getOrDefault(second < 0 ? path : path.substring(0, second), OTHERWISE);
    }
}
