package dev.evenkeel.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Over an engine that answers what it is given. */
class TensorBatchesTest {

    private final List<List<Long>> calls = new ArrayList<>();

    @Test
    void requestsOfOtherRowsGoApartAndComeBackInTheirPlaces() {
        List<Tensors> requests = Stream.of(bytes("x", 1, 2), bytes("x", 1, 3), bytes("x", 2, 2))
                .map(tensor -> new Tensors(List.of(tensor)))
                .toList();
        assertThat(predict(true, requests)).isEqualTo(requests);
        assertThat(calls).containsExactly(List.of(3L, 2L), List.of(1L, 3L));
    }

    @Test
    void aRequestWhoseInputsHaveDifferentRowsGoesAlone() {
        Tensors uneven = new Tensors(List.of(bytes("x", 1, 2), bytes("y", 3, 2)));
        assertThat(predict(true, List.of(uneven, uneven))).containsExactly(uneven, uneven);
        assertThat(calls).hasSize(2);
    }

    @Test
    void requestsThatDoNotShareGoAlone() {
        Tensors request = new Tensors(List.of(bytes("x", 1, 2)));
        assertThat(predict(false, List.of(request, request))).containsExactly(request, request);
        assertThat(calls).hasSize(2);
    }

    @Test
    void rowsThatCannotBeToldApartAreNobodys() {
        Tensors request = new Tensors(List.of(bytes("x", 1, 2)));
        TensorBatches oneRow = batches(true, inputs -> List.of(bytes("y", 1, 2)));
        assertThatThrownBy(() -> oneRow.predict(List.of(request, request)))
                .isInstanceOf(PredictionException.class)
                .hasMessage("output y is [1, 2] for 2 rows; a model whose rows are not its first dimension needs"
                        + " max-batch: 1");
    }

    private List<Tensors> predict(boolean shares, List<Tensors> requests) {
        return batches(shares, inputs -> {
                    calls.add(inputs.getFirst().shape());
                    return inputs;
                })
                .predict(requests);
    }

    private interface Answer {
        List<Tensor> to(List<Tensor> inputs);
    }

    private static TensorBatches batches(boolean shares, Answer answer) {
        return new TensorBatches(
                new TensorCall() {
                    @Override
                    public List<Tensor> run(List<Tensor> inputs) {
                        return answer.to(inputs);
                    }

                    @Override
                    public void close() {
                        // nothing is open
                    }
                },
                shares);
    }

    /** Counted up from the number of rows, so that no two are alike. */
    private static Tensor bytes(String name, long rows, long columns) {
        byte[] numbers = new byte[(int) (rows * columns)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (byte) (10 * rows + i);
        }
        return new Tensor(name, Datatype.INT8, List.of(rows, columns), ByteBuffer.wrap(numbers));
    }
}
