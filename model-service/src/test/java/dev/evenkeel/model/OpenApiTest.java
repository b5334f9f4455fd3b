package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document is what the node does: every path is in it, and every example is sent and answered as it says. */
class OpenApiTest extends ApiNode {

    /** What differs from node to node, or from call to call. */
    private static final Set<String> VARYING =
            Set.of("created", "id", "version", "tokenization_workers", "model_stats", "instance_group");

    private static final double TOLERANCE = 1e-4;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    @Test
    void theDocumentIsValid() throws Exception {
        String document = send(HttpRequest.newBuilder(uri("/v3/api-docs"))).body();
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        assertThat(new OpenAPIV3Parser().readContents(document, null, options).getMessages())
                .isEmpty();
    }

    @Test
    void everyPathOfTheNodeIsInTheDocument() throws Exception {
        Set<String> served = new TreeSet<>();
        mappings.getHandlerMethods().forEach((mapping, method) -> {
            if (method.getBeanType().getPackageName().equals("dev.evenkeel.model.api")) {
                mapping.getMethodsCondition()
                        .getMethods()
                        .forEach(verb -> mapping.getPatternValues().forEach(path -> served.add(verb + " " + path)));
            }
        });
        // for gateways, and another name of a path that is there
        served.removeAll(Set.of("DELETE /internal/requests/{id}", "POST /embeddings"));
        Set<String> described = new TreeSet<>();
        get("/v3/api-docs")
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().propertyNames().stream()
                        .filter(name -> !name.equals("parameters"))
                        .forEach(verb -> described.add(verb.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(described).isEqualTo(served);
    }

    @Test
    void thePageIsThere() throws Exception {
        HttpResponse<String> page = send(HttpRequest.newBuilder(uri("/swagger-ui/index.html")));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("swagger-ui");
        assertThat(get("/v3/api-docs/swagger-config").path("url").stringValue()).isEqualTo("/v3/api-docs");
    }

    @TestFactory
    List<DynamicTest> everyExampleIsAnsweredAsItSays() throws Exception {
        ready();
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path :
                get("/v3/api-docs").path("paths").properties()) {
            Map<String, String> parameters = path.getValue()
                    .path("parameters")
                    .valueStream()
                    .collect(Collectors.toMap(
                            each -> "{" + each.path("name").stringValue() + "}",
                            each -> each.path("example").asString()));
            String filled = path.getKey();
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                filled = filled.replace(parameter.getKey(), parameter.getValue());
            }
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (!operation.getKey().equals("parameters")) {
                    addTo(tests, operation.getKey(), filled, operation.getValue());
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(40);
        return tests;
    }

    private void addTo(List<DynamicTest> tests, String verb, String path, JsonNode operation) {
        JsonNode requests = examples(operation.path("requestBody"));
        for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
            for (Map.Entry<String, JsonNode> example :
                    examples(response.getValue()).properties()) {
                String name = example.getKey();
                String body = verb.equals("get")
                        ? ""
                        : requests.path(name).path("value").toString();
                tests.add(DynamicTest.dynamicTest(
                        verb + " " + path + " " + name,
                        () -> assertAnswered(
                                verb,
                                path,
                                body,
                                Integer.parseInt(response.getKey()),
                                example.getValue().path("value"),
                                name.equals("shortened"))));
            }
        }
    }

    private static JsonNode examples(JsonNode of) {
        return of.path("content").path("application/json").path("examples");
    }

    private void assertAnswered(String verb, String path, String body, int status, JsonNode expected, boolean begins)
            throws Exception {
        HttpRequest.Builder request = verb.equals("get")
                ? HttpRequest.newBuilder(uri(path))
                : HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
        // the page's default is the model that every node has
        if (path.equals("/rerank")) {
            request.header("X-Evenkeel-Model", "minibag-embed-256");
        }
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode given = JSON.readTree(answer.body());
        assertThat(same(given, expected, begins))
                .as(() -> "given " + given + "\nexpected " + expected)
                .isTrue();
    }

    /** @param begins an expected array is the first part of what is given */
    private static boolean same(JsonNode given, JsonNode expected, boolean begins) {
        if (expected.isNumber()) {
            return given.isNumber() && Math.abs(given.doubleValue() - expected.doubleValue()) < TOLERANCE;
        }
        if (expected.isArray()) {
            boolean fits = given.isArray() && (begins || given.size() == expected.size());
            for (int i = 0; fits && i < expected.size(); i++) {
                fits = same(given.path(i), expected.path(i), begins);
            }
            return fits;
        }
        if (expected.isObject()) {
            return Set.copyOf(given.propertyNames()).equals(Set.copyOf(expected.propertyNames()))
                    && expected.properties().stream()
                            .allMatch(each -> VARYING.contains(each.getKey())
                                    || same(given.path(each.getKey()), each.getValue(), begins));
        }
        return expected.isString()
                ? withoutNames(given.asString("")).equals(withoutNames(expected.stringValue()))
                : given.equals(expected);
    }

    /** What a node serves is its own. */
    private static String withoutNames(String message) {
        return message.replaceFirst("there are: .*", "");
    }
}
