package dev.evenkeel.model.predict;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Puts the rows of requests together for one call, and takes its answer apart: requests whose inputs agree in all but the
 * first dimension, and each of which has as many rows in all of its inputs.
 */
final class TensorBatches implements BatchPredictor {

    private final TensorCall call;
    private final boolean shares;

    /** @param shares whether requests may share a call */
    TensorBatches(TensorCall call, boolean shares) {
        this.call = call;
        this.shares = shares;
    }

    @Override
    public List<Tensors> predict(List<? extends Example> inputs) {
        List<Tensors> requests = inputs.stream().map(Tensors.class::cast).toList();
        Tensors[] answers = new Tensors[requests.size()];
        for (List<Integer> group : groups(requests)) {
            List<Tensors> together = group.stream().map(requests::get).toList();
            List<Tensors> parts = together.size() == 1
                    ? List.of(new Tensors(call.run(together.getFirst().tensors())))
                    : shared(together);
            for (int i = 0; i < parts.size(); i++) {
                answers[group.get(i)] = parts.get(i);
            }
        }
        return Arrays.asList(answers);
    }

    /** The requests of each call. */
    private Collection<List<Integer>> groups(List<Tensors> requests) {
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            List<Tensor> tensors = requests.get(i).tensors();
            boolean even = tensors.stream().mapToLong(Tensor::rows).distinct().count() == 1;
            Object likeness =
                    shares && even ? tensors.stream().map(TensorBatches::row).toList() : i;
            groups.computeIfAbsent(likeness, key -> new ArrayList<>()).add(i);
        }
        return groups.values();
    }

    /** The shape of one row. */
    static List<Long> row(Tensor tensor) {
        return tensor.shape().subList(1, tensor.shape().size());
    }

    private List<Tensors> shared(List<Tensors> requests) {
        List<Tensor> joined = IntStream.range(0, requests.getFirst().tensors().size())
                .mapToObj(i -> joined(requests.stream()
                        .map(request -> request.tensors().get(i))
                        .toList()))
                .toList();
        List<Tensor> outputs = call.run(joined);
        long rows = joined.getFirst().rows();
        for (Tensor output : outputs) {
            if (output.shape().isEmpty() || output.rows() != rows) {
                throw new PredictionException(
                        "output " + output.name() + " is " + output.shape() + " for " + rows
                                + " rows; a model whose rows are not its first dimension needs max-batch: 1",
                        new IllegalStateException("rows of different requests cannot be told apart"));
            }
        }
        List<Tensors> answers = new ArrayList<>(requests.size());
        long from = 0;
        for (Tensors request : requests) {
            long start = from;
            long count = request.tensors().getFirst().rows();
            answers.add(new Tensors(
                    outputs.stream().map(output -> rows(output, start, count)).toList()));
            from += count;
        }
        return answers;
    }

    private static Tensor joined(List<Tensor> parts) {
        Tensor first = parts.getFirst();
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(
                parts.stream().mapToLong(part -> part.data().limit()).sum()));
        parts.forEach(part -> data.put(part.data()));
        return reshaped(first, parts.stream().mapToLong(Tensor::rows).sum(), data.flip());
    }

    /** A copy: a client's few rows would keep everybody's. */
    private static Tensor rows(Tensor all, long from, long count) {
        int bytesEach = Math.toIntExact(all.data().limit() / Math.max(1, all.rows()));
        ByteBuffer part = all.data().slice(Math.toIntExact(from * bytesEach), Math.toIntExact(count * bytesEach));
        return reshaped(all, count, ByteBuffer.allocate(part.limit()).put(part).flip());
    }

    private static Tensor reshaped(Tensor like, long rows, ByteBuffer data) {
        List<Long> shape = new ArrayList<>(like.shape());
        shape.set(0, rows);
        return new Tensor(like.name(), like.datatype(), shape, Objects.requireNonNull(data));
    }

    @Override
    public void close() {
        call.close();
    }
}
