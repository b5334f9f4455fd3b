package dev.evenkeel.gateway.flow;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/** The APIs that clients speak, and the shape that each gives its errors. */
public enum Api {
    /** {@code /v1/...}: {@code {"error":{"message","type","param","code"}}}, with all four keys. */
    OPENAI {
        @Override
        public Map<String, Object> error(HttpStatusCode status, String message) {
            Map<String, @Nullable Object> error = new LinkedHashMap<>();
            error.put("message", message);
            error.put("type", openAiType(status.value()));
            error.put("param", null);
            error.put("code", openAiCode(status.value(), message));
            return Map.of("error", error);
        }
    },

    /** Cohere's and Jina's rerank, {@code /v1/rerank} and {@code /v2/rerank}: {@code {"message","detail"}}, one for each. */
    RERANK {
        @Override
        public Map<String, Object> error(HttpStatusCode status, String message) {
            return Map.of("message", message, "detail", message);
        }
    },

    /** Hugging Face text-embeddings-inference: {@code {"error","error_type"}}. */
    TEI {
        @Override
        public Map<String, Object> error(HttpStatusCode status, String message) {
            return Map.of("error", message, "error_type", teiType(status.value()));
        }
    },

    /** Open Inference Protocol, {@code /v2/...}, and everything else: {@code {"error"}}. */
    OPEN_INFERENCE {
        @Override
        public Map<String, Object> error(HttpStatusCode status, String message) {
            return Map.of("error", message);
        }
    };

    /** The API that a path belongs to. */
    public static Api of(String path) {
        if (path.equals("/v1/rerank") || path.equals("/v2/rerank")) {
            return RERANK;
        }
        if (path.startsWith("/v1/") || path.equals("/embeddings")) {
            return OPENAI;
        }
        return path.startsWith("/v2") ? OPEN_INFERENCE : TEI;
    }

    /** The body of an error answer, to be written as JSON. */
    public abstract Map<String, Object> error(HttpStatusCode status, String message);

    private static @Nullable String openAiCode(int status, String message) {
        if (status == 429) {
            return "rate_limit_exceeded";
        }
        return status == 404 && message.contains("model") ? "model_not_found" : null;
    }

    private static String openAiType(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        return status < 500 ? "invalid_request_error" : "server_error";
    }

    private static String teiType(int status) {
        return switch (status) {
            case 400 -> "Empty";
            case 424, 500, 502, 504 -> "Backend";
            case 429 -> "Overloaded";
            case 503 -> "Unhealthy";
            default -> "Validation";
        };
    }
}
