package dev.evenkeel.plain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest
@AutoConfigureMockMvc
class PlainServerTest {

    private final JsonMapper json = JsonMapper.builder().build();
    private final MockMvcTester server;

    @Autowired
    PlainServerTest(MockMvcTester server) {
        this.server = server;
    }

    @DynamicPropertySource
    static void encoder(DynamicPropertyRegistry properties) {
        properties.add("plain.folder", SmallEncoder.FOLDER::toString);
        properties.add("plain.model", () -> SmallEncoder.NAME);
    }

    @Test
    void aTextAndAnArrayOfItGiveTheSameAnswer() throws Exception {
        JsonNode answer = embeddings("\"lost card\"");
        assertThat(answer.at("/data")).hasSize(1);
        assertThat(answer.at("/data/0/embedding")).hasSize(SmallEncoder.WIDTH);
        assertThat(answer.at("/model").asString()).isEqualTo(SmallEncoder.NAME);
        assertThat(answer.at("/usage/prompt_tokens").asInt())
                .isPositive()
                .isEqualTo(answer.at("/usage/total_tokens").asInt());
        assertThat(embeddings("[\"lost card\"]")).isEqualTo(answer);
    }

    @Test
    void moreInputsThanABatchHoldsAreAnsweredInTheirOrder() throws Exception {
        String first = "\"lost card\"";
        String last = "\"exchange rate\"";
        String input = String.join(",", Collections.nCopies(PredictorPool.MAX_BATCH, first)) + "," + last;
        JsonNode data = embeddings("[" + input + "]").at("/data");
        assertThat(data).hasSize(PredictorPool.MAX_BATCH + 1);
        assertThat(data.at("/8/index").asInt()).isEqualTo(8);
        assertThat(data.at("/8/embedding/0").asDouble())
                .isEqualTo(embeddings(last).at("/data/0/embedding/0").asDouble());
    }

    @Test
    void anotherModelIsNotFoundAndNoInputIsABadRequest() {
        assertThat(post("{\"model\":\"other\",\"input\":\"a\"}")).hasStatus(HttpStatus.NOT_FOUND);
        for (String input : new String[] {"null", "[]", "[null]"}) {
            assertThat(post("{\"model\":\"" + SmallEncoder.NAME + "\",\"input\":" + input + "}"))
                    .hasStatus(HttpStatus.BAD_REQUEST);
        }
    }

    @Test
    void itIsReadyOnceItAnswers() {
        assertThat(server.get().uri("/ready")).hasStatus(HttpStatus.OK);
    }

    private JsonNode embeddings(String input) throws Exception {
        MvcTestResult answer = post("{\"model\":\"" + SmallEncoder.NAME + "\",\"input\":" + input + "}");
        assertThat(answer).hasStatusOk();
        return json.readTree(answer.getResponse().getContentAsString());
    }

    private MvcTestResult post(String body) {
        return server.post()
                .uri("/v1/embeddings")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }
}
