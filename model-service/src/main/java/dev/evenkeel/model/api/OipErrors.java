package dev.evenkeel.model.api;

/** {@code {"error"}} of the Open Inference Protocol. */
final class OipErrors implements ErrorShape {

    @Override
    public int status(Problem.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID, EMPTY -> 400;
            case LIMIT -> 422;
            case TOO_LARGE -> 413;
            case UNKNOWN_MODEL, UNKNOWN_PATH -> 404;
            case WRONG_METHOD -> 405;
            case OVERLOADED -> 429;
            case UNAVAILABLE -> 503;
            case BACKEND -> 500;
        };
    }

    @Override
    public byte[] body(Problem problem) {
        return Answers.json(json -> {
            json.writeStartObject();
            json.writeStringProperty("error", problem.text());
            json.writeEndObject();
        });
    }
}
