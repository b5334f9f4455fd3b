package dev.evenkeel.model.predict;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Numbers in a shape.
 *
 * @param name of the model's input or output
 * @param datatype of its numbers
 * @param shape dimensions, the outermost first, each 0 or more; empty for a single number
 * @param data the numbers in row-major order, little-endian, from 0 to its limit; nobody writes to it any more
 */
public record Tensor(String name, Datatype datatype, List<Long> shape, ByteBuffer data) {

    public Tensor {
        shape = List.copyOf(shape);
        long bytes = elements(shape) * datatype.bytes();
        if (data.limit() != bytes) {
            throw new IllegalArgumentException("tensor " + name + " of " + datatype + " " + shape + " has "
                    + data.limit() + " bytes; it must have " + bytes);
        }
        data = data.asReadOnlyBuffer().rewind().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many numbers a shape holds; one that overflows a long is an {@link ArithmeticException}. */
    public static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    public long elements() {
        return data.limit() / datatype.bytes();
    }

    /** Its first dimension; 1 for a single number. */
    public long rows() {
        return shape.isEmpty() ? 1 : shape.getFirst();
    }

    /** For whoever reads it: a position of its own. */
    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
