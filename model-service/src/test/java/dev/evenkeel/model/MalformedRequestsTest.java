package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Every mistake is answered in the shape of its API, and names the field or the limit. */
class MalformedRequestsTest extends ApiNode {

    @ParameterizedTest
    @CsvFileSource(resources = "/api/malformed.csv", delimiter = '|', quoteCharacter = '^', maxCharsPerColumn = 100_000)
    void mistakesAreNamed(String path, @Nullable String header, String body, int status, String message)
            throws Exception {
        HttpRequest.Builder request = post(path, body);
        if (header != null) {
            String[] nameAndValue = header.split(": ", 2);
            request.header(nameAndValue[0], nameAndValue[1]);
        }
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(messageOf(path, answer.body())).contains(message);
        assertThat(answer.headers().firstValue(Headers.LOAD)).isPresent();
    }

    /** Read strictly: all the keys of the shape, and no others. */
    private static String messageOf(String path, String body) {
        JsonNode error = JSON.readTree(body);
        if (path.endsWith("/rerank") && !path.equals("/rerank")) {
            assertThat(error.propertyNames()).containsExactly("message", "detail");
            assertThat(error.path("detail")).isEqualTo(error.path("message"));
            return error.path("message").stringValue();
        }
        if (path.startsWith("/v1") || path.startsWith("/embeddings")) {
            assertThat(error.path("error").propertyNames()).containsExactly("message", "type", "param", "code");
            return error.path("error").path("message").stringValue();
        }
        assertThat(error.propertyNames())
                .isEqualTo(path.startsWith("/v2") ? Set.of("error") : Set.of("error", "error_type"));
        return error.path("error").stringValue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            /v1/embeddings                   | {"model":"minibag-embed-256","input":MANY}                             | 422 | at most 2048
            /v1/embeddings                   | {"model":"minibag-embed-256","input":LONG}                             | 422 | at most 512
            /embed                           | {"inputs":MANY}                                                        | 422 | at most 2048
            /embed                           | {"inputs":LONG}                                                        | 422 | at most 512
            /predict                         | {"inputs":LONG}                                                        | 422 | at most 512
            /rerank                          | {"query":"q","texts":MANY}                                             | 422 | at most 2048
            /rerank                          | {"query":"q","texts":[LONG]}                                           | 422 | at most
            /similarity                      | {"inputs":{"source_sentence":"q","sentences":MANY}}                    | 422 | at most 2048
            /similarity                      | {"inputs":{"source_sentence":LONG,"sentences":["a"]}}                  | 422 | `source_sentence`: input 1 has 600 tokens; minibag-embed-256 takes at most 512
            /tokenize                        | {"inputs":MANY}                                                        | 422 | at most 2048
            /v1/rerank                       | {"query":"q","documents":MANY}                                         | 422 | at most 2048
            /v2/rerank                       | {"query":"q","documents":[LONG],"truncate":false}                      | 422 | at most
            /v2/models/clinc150-intent/infer | {"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":[LONG]}]} | 422 | at most 512
            /v2/models/clinc150-intent/infer | {"inputs":[{"name":"t","shape":[2049],"datatype":"BYTES","data":MANY}]} | 422 | at most 2048
            """)
    void limitsAreNamed(String path, String body, int status, String message) throws Exception {
        String filled = body.replace("MANY", "[" + "\"x\",".repeat(2_048) + "\"x\"]")
                .replace("LONG", "\"" + "word ".repeat(600) + "\"");
        HttpResponse<String> answer = send(post(path, filled));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(messageOf(path, answer.body())).contains(message);
    }

    @Test
    void aBodyOverTheLimitIsNamedInEveryShape() throws Exception {
        byte[] body = new byte[(1 << 20) + 1];
        for (String path : List.of(
                "/v1/embeddings",
                "/embed",
                "/predict",
                "/rerank",
                "/similarity",
                "/tokenize",
                "/v1/rerank",
                "/v2/rerank",
                "/v2/models/mixer-onnx/infer",
                "/v2/repository/index")) {
            HttpResponse<String> answer = send(post(path, body));
            assertThat(answer.statusCode()).as(path).isEqualTo(413);
            assertThat(messageOf(path, answer.body())).contains("limit of 1048576 bytes");
        }
    }
}
