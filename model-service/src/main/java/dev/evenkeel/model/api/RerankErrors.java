package dev.evenkeel.model.api;

/** {@code {"message"}} is Cohere's, {@code {"detail"}} Jina's; each one's clients find their own. */
final class RerankErrors implements ErrorShape {

    @Override
    public byte[] body(Problem problem) {
        return Answers.json(json -> {
            json.writeStartObject();
            json.writeStringProperty("message", problem.text());
            json.writeStringProperty("detail", problem.text());
            json.writeEndObject();
        });
    }
}
