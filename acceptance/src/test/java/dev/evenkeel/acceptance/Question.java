package dev.evenkeel.acceptance;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request in one of the APIs.
 *
 * @param model the header that names the model, or blank
 */
record Question(String path, String model, String body) {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String EMBEDDER = "minibag-embed-256";
    private static final String INTENT = "clinc150-intent";
    private static final String BANKING = "banking77-intent";

    private static final List<String> OPENINGS = List.of(
            "How do I",
            "I would like to",
            "Can you help me",
            "Please show me how to",
            "What happens when I",
            "Is it possible to",
            "My sister asked me to",
            "Before Friday I have to",
            "Tell me, may I",
            "It is urgent, I must",
            "Nobody told me how to",
            "We tried twice to",
            "Would it cost much to",
            "Yesterday I forgot to",
            "Since the update I cannot",
            "Without my card, can I",
            "From abroad, is it safe to",
            "Once more, I want to",
            "Who could",
            "Remind me tomorrow to");

    private static final List<String> ENDINGS = List.of(
            "send money to an account in another country",
            "book a table for four near the harbour",
            "block a card that was stolen on the train",
            "find out why a payment is still pending",
            "change the PIN of a card that I never used",
            "set an alarm for half past six",
            "know whether it will rain in Lisbon",
            "translate good morning into Finnish",
            "top up the balance from a second bank",
            "hear the song that was playing just now",
            "get back a fee that was charged two times",
            "read the reviews of a small hotel in the hills",
            "move the meeting with the auditors to noon",
            "learn how many calories are in an avocado",
            "verify who I am with an old passport",
            "order more paper for the printer upstairs",
            "see what the exchange rate was last week",
            "cancel a transfer that went to the wrong person",
            "roll two dice and add them up",
            "keep the ship on an even keel");

    /** Four hundred texts, each asked in one of the four APIs. */
    static List<Question> all() {
        List<Question> questions = new ArrayList<>();
        for (String opening : OPENINGS) {
            for (String ending : ENDINGS) {
                questions.add(about(opening + ' ' + ending, questions.size() + questions.size() / ENDINGS.size()));
            }
        }
        return List.copyOf(questions);
    }

    private static Question about(String text, int number) {
        return switch (number % 5) {
            case 0 -> new Question("/v1/embeddings", "", json(Map.of("model", EMBEDDER, "input", text)));
            case 1 -> new Question("/embed", EMBEDDER, json(Map.of("inputs", text)));
            case 2 -> new Question("/predict", BANKING, json(Map.of("inputs", text)));
            case 3 -> inference(INTENT, text);
            default -> inference(EMBEDDER, text);
        };
    }

    private static Question inference(String model, String text) {
        Map<String, Object> tensor =
                Map.of("name", "text", "shape", List.of(1), "datatype", "BYTES", "data", List.of(text));
        return new Question("/v2/models/" + model + "/infer", "", json(Map.of("inputs", List.of(tensor))));
    }

    HttpRequest at(URI server) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (!model.isBlank()) {
            request.header("X-Evenkeel-Model", model);
        }
        return request.build();
    }

    /** Reads what was answered: a vector, or the label that came first. */
    Answer read(String response) {
        JsonNode json = JSON.readTree(response);
        return switch (path) {
            case "/v1/embeddings" -> Answer.vector(json.at("/data/0/embedding"));
            case "/embed" -> Answer.vector(json.at("/0"));
            case "/predict" -> Answer.label(json.at("/0/label"));
            default -> {
                JsonNode output = json.at("/outputs/0");
                yield output.at("/datatype").asString().equals("BYTES")
                        ? Answer.label(output.at("/data/0"))
                        : Answer.vector(output.at("/data"));
            }
        };
    }

    private static String json(Object value) {
        return JSON.writeValueAsString(value);
    }
}
