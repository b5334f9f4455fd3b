package dev.evenkeel.model.api;

/** {@code {"error"}} of the Open Inference Protocol. */
final class OipErrors implements ErrorShape {

    @Override
    public int status(Problem.Kind kind) {
        return kind == Problem.Kind.LIMIT ? 422 : ErrorShape.super.status(kind);
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
