package dev.evenkeel.model.predict;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says of one input or output.
 *
 * @param name by which requests give or get it
 * @param datatype of its numbers
 * @param shape dimensions, the outermost first, each 1 or more, or {@value #FREE} for one that a request decides
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) {

    /** A dimension of any size. */
    public static final long FREE = -1;

    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Whether a tensor of this shape will do. */
    public boolean fits(List<Long> other) {
        return other.size() == shape.size()
                && IntStream.range(0, shape.size())
                        .allMatch(i -> shape.get(i) == FREE || shape.get(i).equals(other.get(i)));
    }

    /** Whether its first dimension counts rows: any number of them. */
    public boolean hasFreeRows() {
        return !shape.isEmpty() && shape.getFirst() == FREE;
    }

    /** The first dimension, where it is free, is {@code rows}, any other {@code free}. */
    Tensor zeros(long rows, long free) {
        List<Long> dimensions = IntStream.range(0, shape.size())
                .mapToObj(i -> shape.get(i) != FREE ? shape.get(i) : Long.valueOf(i == 0 ? rows : free))
                .toList();
        int bytes = Math.toIntExact(Math.multiplyExact(Tensor.elements(dimensions), datatype.bytes()));
        return new Tensor(name, datatype, dimensions, ByteBuffer.allocate(bytes));
    }

    @Override
    public String toString() {
        return name + " " + datatype + " " + shape;
    }
}
