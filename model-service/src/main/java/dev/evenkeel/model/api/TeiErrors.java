package dev.evenkeel.model.api;

/** {@code {"error","error_type"}}, with the types of text-embeddings-inference. */
final class TeiErrors implements ErrorShape {

    @Override
    public int status(Problem.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID -> 422;
            case BACKEND -> 424;
            default -> ErrorShape.super.status(kind);
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
            case BACKEND, TIMEOUT -> "Backend";
            default -> "Validation";
        };
    }
}
