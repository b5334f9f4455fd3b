package dev.evenkeel.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.NodeStatus.ServedModel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyScanTest {

    /** An input costs 100, a token 10; a text has a token for every four bytes, a tensor one for every hundred. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    embedding | 0.25 | {"model":"m","input":"eight by"}                      | 120
                    embedding | 0.25 | {"model":"m","input":["four","four"]}                 | 220
                    embedding | 0.25 | {"model":"m","input":[1,2,3]}                         | 130
                    rerank    | 0.25 | {"query":"four","texts":["four","four"]}              | 330
                    tensor    | 0.01 | {"inputs":[{"name":"x","datatype":"INT32","shape":[1,20],"data":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0]}]} | 111
                    """)
    void theWorkIsWhatTheInputsCost(String task, double tokensPerByte, String body, long work) {
        ServedModel model = new ServedModel("m", "1", List.of(), task, 100, 10, tokensPerByte);
        assertThat(BodyScan.of(body.getBytes(StandardCharsets.UTF_8)).work(model))
                .isEqualTo(work);
    }
}
