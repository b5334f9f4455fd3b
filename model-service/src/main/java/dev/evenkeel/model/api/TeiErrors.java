package dev.evenkeel.model.api;

/** {@code {"error","error_type"}}, with the types of text-embeddings-inference. */
final class TeiErrors implements ErrorShape {

    @Override
    public int status(Problem.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID, LIMIT -> 422;
            case EMPTY -> 400;
            case TOO_LARGE -> 413;
            case UNKNOWN_MODEL, UNKNOWN_PATH -> 404;
            case WRONG_METHOD -> 405;
            case OVERLOADED -> 429;
            case UNAVAILABLE -> 503;
            case BACKEND -> 424;
        };
    }

    @Override
    public byte[] body(Problem problem) {
        return Answers.json(json -> {
            json.writeStartObject();
            json.writeStringProperty("error", problem.text());
            json.writeStringProperty("error_type", type(problem.kind()));
            json.writeEndObject();
        });
    }

    private static String type(Problem.Kind kind) {
        return switch (kind) {
            case EMPTY -> "Empty";
            case OVERLOADED -> "Overloaded";
            case UNAVAILABLE -> "Unhealthy";
            case BACKEND -> "Backend";
            default -> "Validation";
        };
    }
}
