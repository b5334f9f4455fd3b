package dev.evenkeel.model.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** Arithmetic on rows. */
final class Vectors {

    /** How far from 1 a sum of a thousand float products is by rounding alone. */
    private static final double ROUNDING = 1e-3;

    private Vectors() {}

    /** The first dimensions, at length 1 again. */
    static float[] shortened(float[] vector, int dimensions) {
        if (dimensions == vector.length) {
            return vector;
        }
        float[] part = Arrays.copyOf(vector, dimensions);
        double length = length(part);
        return length > 0 ? scaled(part, length) : part;
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        return Math.sqrt(squares);
    }

    private static float[] scaled(float[] vector, double length) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    /** Little-endian floats. */
    static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** At length 1; what has it already is left as it is, to the last bit. */
    static float[] normalized(float[] vector) {
        double length = length(vector);
        return Math.abs(length - 1) < ROUNDING || length == 0 ? vector : scaled(vector.clone(), length);
    }

    /** Of two at length 1: their cosine, never outside -1 to 1 by rounding. */
    static float dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return (float) Math.clamp(sum, -1, 1);
    }

    /** Which is the highest; the first of equals. */
    static int highest(float[] numbers) {
        int highest = 0;
        for (int i = 1; i < numbers.length; i++) {
            highest = numbers[i] > numbers[highest] ? i : highest;
        }
        return highest;
    }

    /** A logit as a probability. */
    static float sigmoid(float logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
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
