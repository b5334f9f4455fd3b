package dev.evenkeel.model.predict;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From a model's output to rows. In Java: ONNX Runtime has no operations of arrays, and each of PyTorch's costs a call over
 * JNI, which is more than pooling a usual batch takes.
 *
 * @param pooling never AUTO
 */
record Head(Pooling pooling, boolean normalizes) {

    /** Below this length a vector has no direction; sentence-transformers' and PyTorch's bound. */
    private static final float SHORTEST = 1e-12f;

    private static final int TOKEN_VECTORS = 3;

    /** What to do for a model that gives this shape for two rows. */
    static Head of(String model, FolderFiles files, OutputSettings asked, Shape shape) throws IOException {
        boolean tokenVectors = shape.dimension() == TOKEN_VECTORS;
        if (shape.dimension() > TOKEN_VECTORS) {
            throw new IOException("model " + model + " gives an output of rank " + shape.dimension() + " " + shape
                    + "; it must be rows, rank 2, or token vectors, rank 3");
        }
        if (!tokenVectors && asked.pooling() != Pooling.AUTO && asked.pooling() != Pooling.NONE) {
            throw new IOException("model " + model + " gives rows, which cannot be pooled by " + asked.pooling()
                    + "; set pooling to auto or none");
        }
        if (tokenVectors && asked.pooling() == Pooling.NONE) {
            throw new IOException("model " + model
                    + " gives token vectors, so pooling cannot be none; set it to auto, mean, cls, max or last");
        }
        if (tokenVectors && !files.others().isEmpty()) {
            throw new IOException("model " + model + " gives token vectors, but its modules.json has " + files.others()
                    + ", which only the model itself can apply; export it with them");
        }
        boolean normalizes = switch (asked.normalize()) {
            case YES -> true;
            case NO -> false;
            case AUTO -> files.modules() ? files.normalizes() : tokenVectors;
        };
        return new Head(tokenVectors ? pooling(files, asked) : Pooling.NONE, normalizes);
    }

    private static Pooling pooling(FolderFiles files, OutputSettings asked) {
        Pooling first = asked.pooling() == Pooling.AUTO ? files.pooling() : asked.pooling();
        return first == Pooling.AUTO ? Pooling.MEAN : first;
    }

    List<float[]> rows(float[] numbers, Shape shape, List<Tokens> inputs) {
        int rows = Math.toIntExact(shape.get(0));
        int each = numbers.length / rows;
        int width = pooling == Pooling.NONE ? each : Math.toIntExact(shape.get(2));
        List<float[]> list = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            float[] pooled = pooled(numbers, row * each, inputs.get(row).ids().length, width);
            if (normalizes) {
                normalize(pooled);
            }
            list.add(pooled);
        }
        return list;
    }

    private float[] pooled(float[] numbers, int start, int tokens, int width) {
        return switch (pooling) {
            case AUTO, NONE, CLS -> Arrays.copyOfRange(numbers, start, start + width);
            case LAST -> Arrays.copyOfRange(numbers, start + (tokens - 1) * width, start + tokens * width);
            case MEAN -> {
                float[] sum = Arrays.copyOfRange(numbers, start, start + width);
                for (int token = 1; token < tokens; token++) {
                    int from = start + token * width;
                    for (int i = 0; i < width; i++) {
                        sum[i] += numbers[from + i];
                    }
                }
                scale(sum, 1f / tokens);
                yield sum;
            }
            case MAX -> {
                float[] most = Arrays.copyOfRange(numbers, start, start + width);
                for (int token = 1; token < tokens; token++) {
                    int from = start + token * width;
                    for (int i = 0; i < width; i++) {
                        most[i] = Math.max(most[i], numbers[from + i]);
                    }
                }
                yield most;
            }
        };
    }

    private static void normalize(float[] row) {
        double squares = 0;
        for (float number : row) {
            squares += (double) number * number;
        }
        scale(row, 1 / Math.max((float) Math.sqrt(squares), SHORTEST));
    }

    private static void scale(float[] row, float by) {
        for (int i = 0; i < row.length; i++) {
            row[i] *= by;
        }
    }
}
