package dev.evenkeel.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.NodeStatus.ServedModel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyScanTest {

    /** An input costs 100, a token 10; a text has a token for every four bytes, a tensor one for every thousand numbers. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    embedding | 0.25 | {"model":"m","input":"eight by"}                      | 120
                    embedding | 0.25 | {"model":"m","input":["four","four"]}                 | 220
                    embedding | 0.25 | {"model":"m","input":[1,2,3]}                         | 130
                    embedding | 0.25 | {"query":"four","documents":[{"text":"four"},"four"]} | 330
                    embedding | 0.25 | {"inputs":{"source_sentence":"four","sentences":["four"]}} | 220
                    rerank    | 0.25 | {"query":"four","texts":["four","four"]}              | 240
                    rerank    | 0.25 | {"inputs":[{"shape":[1,2],"data":["four","four"]}]}   | 120
                    tensor    | 0.01 | {"inputs":[{"name":"x","shape":[5000]}]}              | 100
                    tensor    | 0.01 | {"inputs":[{"name":"x","datatype":"INT32","shape":[1,20],"data":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0]}]} | 100
                    """)
    void theWorkIsWhatTheInputsCost(String task, double tokensPerByte, String body, long work) {
        ServedModel model = new ServedModel("m", "1", List.of(), task, 100, 10, tokensPerByte);
        assertThat(BodyScan.of(body.getBytes(StandardCharsets.UTF_8)).work(model))
                .isEqualTo(work);
    }

    @Test
    void tensorsInBytesAreCountedByTheirShapes() {
        String json = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2,1000],"
                + "\"parameters\":{\"binary_data_size\":8000}}],\"parameters\":{\"timeout\":1500}}";
        BodyScan scan = BodyScan.of(followedBy(json, 8_000), json.length());
        assertThat(scan.work(new ServedModel("m", "1", List.of(), "tensor", 100, 10, 0.1)))
                .isEqualTo(120);
        assertThat(scan.timeoutMicros()).isEqualTo(1_500);
    }

    @Test
    void textsInBytesAreAsManyAsTheirTensorHasElements() {
        String json = "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[2]}]}";
        BodyScan scan = BodyScan.of(followedBy(json, 16), json.length());
        assertThat(scan.work(new ServedModel("m", "1", List.of(), "embedding", 100, 10, 0.25)))
                .isEqualTo(240);
    }

    private static byte[] followedBy(String json, int bytes) {
        return Arrays.copyOf(json.getBytes(StandardCharsets.UTF_8), json.length() + bytes);
    }
}
