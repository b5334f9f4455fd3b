package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Sentences;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The texts that are sent, again and again, and what a node answered to each when all was well. */
final class Texts {

    private static final int COUNT = 200;

    /** Cosine: an int8 model's answer depends a little on what is in its batch; that of another text is far off. */
    private static final float ALIKE = 0.98f;

    private static final String START = "\"embedding\":\"";

    private final List<byte[]> bodies;
    private final List<float[]> expected;

    Texts(List<byte[]> bodies, List<float[]> expected) {
        this.bodies = bodies;
        this.expected = expected;
    }

    /**
     * Asks a node for each.
     *
     * @throws IllegalStateException when two texts have answers that could be taken for each other
     */
    static Texts answeredBy(URI node, String model, int leastWords, int mostWords)
            throws IOException, InterruptedException {
        Sentences sentences = new Sentences(model, 11, 0, leastWords, mostWords);
        List<byte[]> bodies = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; bodies.size() < COUNT; i++) {
                byte[] body = inBase64(sentences.body(i));
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(node)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                float[] vector = vector(answer.body());
                if (answer.statusCode() != 200 || vector.length == 0) {
                    throw new IllegalStateException(node + " answered " + answer.statusCode() + ' ' + answer.body());
                }
                if (expected.stream().noneMatch(other -> cosine(other, vector) >= ALIKE)) {
                    bodies.add(body);
                    expected.add(vector);
                }
                if (i > 20 * COUNT) {
                    throw new IllegalStateException("the model's answers to different texts are too much alike");
                }
            }
        }
        return new Texts(bodies, expected);
    }

    private static byte[] inBase64(byte[] body) {
        String json = new String(body, StandardCharsets.UTF_8);
        return (json.substring(0, json.length() - 1) + ",\"encoding_format\":\"base64\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    byte[] body(int index) {
        return bodies.get(Math.floorMod(index, bodies.size()));
    }

    /** Whether this is the answer to the text, and to no other. */
    boolean isRight(int index, ByteBuf answer) {
        float[] vector = vector(answer.toString(StandardCharsets.UTF_8));
        float[] right = expected.get(Math.floorMod(index, expected.size()));
        return vector.length == right.length && cosine(right, vector) >= ALIKE;
    }

    /** Empty where the answer holds none. */
    private static float[] vector(String answer) {
        int start = answer.indexOf(START) + START.length();
        int end = answer.indexOf('"', start);
        if (start < START.length() || end < 0) {
            return new float[0];
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(answer.substring(start, end)))
                    .order(ByteOrder.LITTLE_ENDIAN);
            float[] vector = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(vector);
            return vector;
        } catch (IllegalArgumentException _) {
            return new float[0];
        }
    }

    /** Of unit vectors. */
    private static float cosine(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
