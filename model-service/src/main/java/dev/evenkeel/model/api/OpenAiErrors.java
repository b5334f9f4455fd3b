package dev.evenkeel.model.api;

/** {@code {"error":{"message","type","param","code"}}}, all four keys: clients read them unasked. */
final class OpenAiErrors implements ErrorShape {

    @Override
    public byte[] body(Problem problem) {
        return Answers.json(json -> {
            json.writeStartObject();
            json.writeName("error").writeStartObject();
            json.writeStringProperty("message", problem.text());
            json.writeStringProperty("type", type(problem.kind()));
            json.writeName("param");
            if (problem.field() == null) {
                json.writeNull();
            } else {
                json.writeString(problem.field());
            }
            json.writeName("code");
            switch (problem.kind()) {
                case UNKNOWN_MODEL -> json.writeString("model_not_found");
                case OVERLOADED -> json.writeString("rate_limit_exceeded");
                default -> json.writeNull();
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static String type(Problem.Kind kind) {
        return switch (kind) {
            case OVERLOADED -> "rate_limit_error";
            case UNAVAILABLE, BACKEND, TIMEOUT -> "server_error";
            default -> "invalid_request_error";
        };
    }
}
