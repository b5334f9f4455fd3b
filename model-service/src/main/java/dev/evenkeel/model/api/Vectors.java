package dev.evenkeel.model.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** Arithmetic on rows. */
final class Vectors {

    private Vectors() {}

    /** The first dimensions, at length 1 again. */
    static float[] shortened(float[] vector, int dimensions) {
        if (dimensions == vector.length) {
            return vector;
        }
        float[] part = Arrays.copyOf(vector, dimensions);
        double squares = 0;
        for (float number : part) {
            squares += (double) number * number;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; length > 0 && i < part.length; i++) {
            part[i] = (float) (part[i] / length);
        }
        return part;
    }

    /** Little-endian floats. */
    static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    static float[] softmax(float[] logits) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            highest = Math.max(highest, logit);
        }
        double sum = 0;
        double[] powers = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            powers[i] = Math.exp(logits[i] - highest);
            sum += powers[i];
        }
        float[] scores = new float[logits.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (powers[i] / sum);
        }
        return scores;
    }
}
