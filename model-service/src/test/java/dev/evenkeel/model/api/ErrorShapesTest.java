package dev.evenkeel.model.api;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a node's own trouble looks like in each shape. */
class ErrorShapesTest {

    private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new Troubled())
            .setControllerAdvice(new ApiErrors())
            .build();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /v1/embeddings     | OVERLOADED  | 429 | {"error":{"message":"why","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}
                    /v1/embeddings     | UNAVAILABLE | 503 | {"error":{"message":"why","type":"server_error","param":null,"code":null}}
                    /v1/embeddings     | BACKEND     | 500 | {"error":{"message":"why","type":"server_error","param":null,"code":null}}
                    /v1/embeddings     | TOO_LARGE   | 413 | {"error":{"message":"why","type":"invalid_request_error","param":null,"code":null}}
                    /embed             | OVERLOADED  | 429 | {"error":"why","error_type":"Overloaded"}
                    /embed             | UNAVAILABLE | 503 | {"error":"why","error_type":"Unhealthy"}
                    /embed             | BACKEND     | 424 | {"error":"why","error_type":"Backend"}
                    /embed             | EMPTY       | 400 | {"error":"why","error_type":"Empty"}
                    /v2/models/m/infer | OVERLOADED  | 429 | {"error":"why"}
                    /v2/models/m/infer | UNAVAILABLE | 503 | {"error":"why"}
                    /v2/models/m/infer | BACKEND     | 500 | {"error":"why"}
                    """)
    void troubleHasTheShapeOfItsApi(String path, String kind, int status, String body) throws Exception {
        mvc.perform(post(path).param("kind", kind))
                .andExpect(status().is(status))
                .andExpect(content().contentType(MediaType.APPLICATION_JSON))
                .andExpect(content().string(body));
    }

    @Test
    void overloadSaysWhenToTryAgainInSecondsAndMilliseconds() throws Exception {
        mvc.perform(post("/full"))
                .andExpect(status().is(429))
                .andExpect(header().string("Retry-After", "2"))
                .andExpect(header().string("retry-after-ms", "1200"));
    }

    @Test
    void whatNobodyExpectedIsNotTold() throws Exception {
        mvc.perform(post("/broken"))
                .andExpect(status().is(424))
                .andExpect(content()
                        .string("{\"error\":\"The node failed on this request.\",\"error_type\":\"Backend\"}"));
    }

    @RestController
    static class Troubled {

        @PostMapping({"/v1/embeddings", "/embed", "/v2/models/m/infer"})
        ResponseEntity<byte[]> trouble(@RequestParam("kind") Problem.Kind kind) {
            throw new Problem(kind, null, "why");
        }

        @PostMapping("/full")
        ResponseEntity<byte[]> full() {
            throw new Problem(Problem.Kind.OVERLOADED, null, "why", 1_200);
        }

        @PostMapping("/broken")
        ResponseEntity<byte[]> broken() {
            throw new IllegalStateException("a secret");
        }
    }
}
