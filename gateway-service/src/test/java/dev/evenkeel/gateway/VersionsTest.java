package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.gateway.route.VersionWeights;
import dev.evenkeel.load.NodeStatus.ServedModel;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two versions of a model side by side. */
@TestPropertySource(properties = {"evenkeel.routing.versions.embedder.1=80", "evenkeel.routing.versions.embedder.2=20"})
class VersionsTest extends GatewayFixture {

    private static final int REQUESTS = 400;
    private static final String INFER =
            "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}";

    @LocalManagementPort
    private int management;

    @Autowired
    private VersionWeights weights;

    private ScriptedNode before;
    private ScriptedNode after;

    @BeforeEach
    void oneNodeOfEach() {
        before = addNode("one");
        after = new ScriptedNode("two");
        after.models = List.of(new ServedModel("embedder", "2", List.of("embedder-alias"), "embedding", 100, 10, 0.25));
        addNode(after);
    }

    @AfterEach
    void asConfigured() {
        weights.reset("embedder");
    }

    @Test
    void eachVersionGetsItsShare() throws Exception {
        ask(REQUESTS);

        // a mean of 80 and six standard deviations of 8
        assertThat(after.received).hasSizeBetween(32, 128);
        assertThat(before.received).hasSize(REQUESTS - after.received.size());
    }

    @Test
    void aChangeAtRunTimeHoldsFromTheNextRequestOnAndIsTakenBackAtOnce() throws Exception {
        assertThat(operate("embedder", "1=0, 2=1").body()).contains("\"2\":1");
        ask(50);
        assertThat(after.received).hasSize(50);

        assertThat(operate("embedder", "1=1").statusCode()).isEqualTo(200);
        ask(50);
        assertThat(before.received).hasSize(50);
        assertThat(after.received).hasSize(50);

        assertThat(operation(HttpRequest.newBuilder(actuator("/embedder")).DELETE())
                        .statusCode())
                .isEqualTo(200);
        JsonNode embedder = JsonMapper.shared()
                .readTree(operation(HttpRequest.newBuilder(actuator(""))).body())
                .get("embedder");
        assertThat(embedder.get("versions").valueStream().map(JsonNode::asString))
                .containsExactly("1", "2");
        assertThat(embedder.get("weights").get("1").asInt()).isEqualTo(80);
    }

    @Test
    void whatCannotBeMeantIsRefusedWithAReasonAndChangesNothing() throws Exception {
        assertRefused(operate("embedder", "1=90,3=10"), "no node has said that it serves version '3'", "1, 2");
        assertRefused(operate("embedder", "1=0,2=0"), "has a weight above 0");
        assertRefused(operate("embedder", "1=much"), "'1=much' is no version with its weight");
        assertRefused(operate("embedder", "1=-1"), "from 0 to 1000000");
        assertRefused(operate("nobody", "1=1"), "serves a model 'nobody'", "embedder");

        assertThat(weights.all().get("embedder")).containsEntry("1", 80).containsEntry("2", 20);
    }

    @Test
    void nobodyNoticesThatTheOnlyNodeOfAVersionDied() throws Exception {
        weights.set("embedder", Map.of("1", 1, "2", 1_000_000));
        after.close();

        ask(50);

        assertThat(before.received).hasSizeGreaterThanOrEqualTo(49);
    }

    /** Its answers are wrong: who takes it back would rather have none. */
    @Test
    void aVersionThatWasWithdrawnGetsNothingHoweverTheOtherFares() throws Exception {
        operate("embedder", "1=1");
        before.behaviour = (_, response) -> before.answerAs(before.id, 429, "{}", response);
        assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(429);
        before.close();
        assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(503);
        assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(503);
        assertThat(after.received).isEmpty();
    }

    /** With nobody to take over, a dead node is no way around the limit of the other version. */
    @Test
    void whatIsTooMuchForAVersionIsNotSentToTheDeadNodesOfAnother() throws Exception {
        weights.set("embedder", Map.of("1", 1, "2", 1));
        after.close();
        await("it is out", () -> ejected(after));
        before.queueWork = 60e6;
        await("the other is full", () -> endpoint(before).outstandingWork() >= 60e6);
        for (int i = 0; i < 20; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(429);
        }
        assertThat(before.received).isEmpty();
    }

    @Test
    void aVersionInThePathIsThatVersion() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(post("/v2/models/embedder/versions/2/infer", INFER).statusCode())
                    .isEqualTo(200);
        }
        assertThat(after.received).hasSize(20);

        HttpResponse<String> unknown = post("/v2/models/embedder/versions/7/infer", INFER);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("no version '7' of the model 'embedder'; there are: 1, 2");

        after.close();
        HttpResponse<String> gone = post("/v2/models/embedder/versions/2/infer", INFER);
        assertThat(gone.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(before.received).as("another version is no answer").isEmpty();
    }

    private void ask(int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
        }
    }

    private URI actuator(String path) {
        return URI.create("http://127.0.0.1:" + management + "/actuator/versions" + path);
    }

    private HttpResponse<String> operate(String model, String given) throws Exception {
        return operation(HttpRequest.newBuilder(actuator("/" + model))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"weights\":\"" + given + "\"}")));
    }

    private static HttpResponse<String> operation(HttpRequest.Builder request) throws Exception {
        return send(request.timeout(PATIENCE));
    }

    private static void assertRefused(HttpResponse<String> answer, String... reasons) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(reasons);
    }
}
