package dev.evenkeel.model.api;

/** {@code {"error"}} of the Open Inference Protocol. */
final class OipErrors implements ErrorShape {

    @Override
    public byte[] body(Problem problem) {
        return Answers.json(json -> {
            json.writeStartObject();
            json.writeStringProperty("error", problem.text());
            json.writeEndObject();
        });
    }
}
