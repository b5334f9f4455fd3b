package dev.evenkeel.model.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.model.predict.Datatype;
import dev.evenkeel.model.predict.Tensor;
import dev.evenkeel.model.predict.TensorSpec;
import dev.evenkeel.model.predict.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTensorsTest {

    /** From the least to the greatest. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BOOL   | [false,true]
            INT8   | [-128,127]
            INT16  | [-32768,32767]
            INT32  | [-2147483648,2147483647]
            INT64  | [-9223372036854775808,9223372036854775807]
            UINT8  | [0,255]
            UINT16 | [0,65535]
            UINT32 | [0,4294967295]
            UINT64 | [0,18446744073709551615]
            FP16   | [-65504.0,0.5]
            FP32   | [-3.4028235E38,1.4E-45]
            FP64   | [-1.7976931348623157E308,4.9E-324]
            """)
    void everyNumberOfADatatypeComesBackAsItWent(Datatype datatype, String data) {
        Tensor tensor = read(datatype, "[2]", data, -1).tensors().getFirst();
        assertThat(tensor.data().limit()).isEqualTo(2 * datatype.bytes());
        String written = new String(Answers.json(json -> OipOutput.of(tensor).write(json)), StandardCharsets.UTF_8);
        assertThat(written)
                .isEqualTo("{\"name\":\"x\",\"datatype\":\"" + datatype + "\",\"shape\":[2],\"data\":" + data + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BOOL   | 1                    | is 1; BOOL takes true or false.
            INT8   | 128                  | is 128; INT8 takes whole numbers from -128 to 127.
            INT8   | -129                 | is -129; INT8 takes
            INT32  | 1.5                  | is 1.5; INT32 takes whole numbers
            INT32  | "1"                  | is "1"; INT32 takes
            INT64  | 9223372036854775808  | INT64 takes whole numbers from -9223372036854775808 to 9223372036854775807.
            UINT8  | -1                   | is -1; UINT8 takes whole numbers from 0 to 255.
            UINT32 | 4294967296           | UINT32 takes whole numbers from 0 to 4294967295.
            UINT64 | 18446744073709551616 | UINT64 takes whole numbers from 0 to 18446744073709551615.
            UINT64 | -1                   | is -1; UINT64 takes
            FP16   | 65520                | is 65520; FP16 takes numbers from -65504 to 65504.
            FP32   | 1e39                 | FP32 takes numbers from
            FP32   | null                 | is null; FP32 takes
            FP64   | 1e400                | FP64 takes numbers from
            FP64   | "NaN"                | is "NaN"; FP64 takes
            """)
    void aNumberThatIsNoneOfItsDatatypeIsNamed(Datatype datatype, String number, String why) {
        assertThatThrownBy(() -> read(
                        datatype, "[2]", "[" + (datatype == Datatype.BOOL ? "true" : "0") + "," + number + "]", -1))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("`inputs[0].data[1]` is ")
                .hasMessageContaining(why);
    }

    @Test
    void nestedDataAreWhatFlatDataAre() {
        Tensors flat = read(Datatype.INT32, "[2,1,3]", "[1,2,3,4,5,6]", -1, 1, 3);
        Tensors nested = read(Datatype.INT32, "[2,1,3]", "[[[1,2,3]],[[4,5,6]]]", -1, 1, 3);
        assertThat(nested).isEqualTo(flat);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [2,2] | [1,2,3]         | `inputs[0].data` has 3 numbers; shape [2, 2] takes 4.
            [2,2] | [[1,2]]         | `inputs[0].data` has 1 elements; shape [2, 2] takes 2 there.
            [2,2] | [[1,2],[3]]     | `inputs[0].data[1]` has 1 elements; shape [2, 2] takes 2 there.
            [2,2] | [[1,2],3]       | `inputs[0].data[1]` must be an array, as its shape is [2, 2].
            [1,2] | [[[1],2]]       | `inputs[0].data[0][0]` is [1]; INT32 takes whole numbers
            [2,2] | 1               | `inputs[0].data` must be an array.
            [2]   | [1,2]           | `inputs[0].shape` is [2]; 'x' is of shape [-1, 2], where -1 is any size of 1 or more.
            [2,3] | [1,2,3,4,5,6]   | `inputs[0].shape` is [2,3]; 'x' is of shape [-1, 2]
            [0,2] | []              | `inputs[0].shape` is [0,2]; 'x'
            [-1,2]| [1,2]           | `inputs[0].shape` is [-1,2]; 'x'
            2     | [1,2]           | `inputs[0].shape` is 2; 'x'
            null  | [1,2]           | `inputs[0].shape` is missing; 'x'
            """)
    void aShapeThatDoesNotFitIsNamed(String shape, String data, String why) {
        assertThatThrownBy(() -> read(Datatype.INT32, shape, data, -1, 2))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith(why);
    }

    @Test
    void aShapeOfMoreNumbersThanThereAreTakesNoMemory() {
        assertThatThrownBy(() -> read(Datatype.FP64, "[2147483647,2147483647]", "[1]", -1, -1))
                .hasMessage(
                        "`inputs[0].data` has 1 numbers; shape [2147483647, 2147483647] takes 4611686014132420609.");
        assertThatThrownBy(() -> read(Datatype.FP64, "[2147483647,2147483647,2147483647]", "[1]", -1, -1, -1))
                .hasMessageContaining("more numbers than a tensor can have");
    }

    private static Tensors read(Datatype datatype, String shape, String data, long... declared) {
        String body =
                "[{\"name\":\"x\",\"datatype\":\"" + datatype + "\",\"shape\":" + shape + ",\"data\":" + data + "}]";
        List<Long> dimensions = Arrays.stream(declared).boxed().toList();
        OipBody request = OipBody.of(("{\"inputs\":" + body + "}").getBytes(StandardCharsets.UTF_8), null);
        return JsonTensors.read(request, "inputs", List.of(new TensorSpec("x", datatype, dimensions)));
    }
}
