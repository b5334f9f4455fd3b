package dev.evenkeel.plain;

import ai.djl.inference.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * The most that one thread does without a server: tokenize a batch, predict it, again and again.
 *
 * @param nanoTime of a clock that only goes forward
 * @param random for the texts
 */
record Loop(LongSupplier nanoTime, RandomGenerator random) {

    static final Map<String, String> DEFAULTS =
            Map.of("folder", "", "batch", "8", "tokens", "32", "seconds", "10", "warm-up", "5", "seed", "1");

    /** Returns a line of JSON: inputs a second, percentiles of a call in microseconds, and the calls that count. */
    String run(Options options) throws IOException {
        int batch = options.integer("batch", 1);
        long seconds = options.integer("seconds", 1);
        long warmUp = options.integer("warm-up", 0);
        try (Encoder encoder = Encoder.load(Path.of(options.text("folder")));
                Predictor<List<long[]>, float[][]> predictor = encoder.newPredictor()) {
            List<String> texts = new Texts(encoder, random).cycle(options.text("tokens"));
            int next = calls(encoder, predictor, texts, batch, 0, warmUp).next();
            return calls(encoder, predictor, texts, batch, next, seconds).json(batch);
        }
    }

    private Calls calls(
            Encoder encoder,
            Predictor<List<long[]>, float[][]> predictor,
            List<String> texts,
            int batch,
            int first,
            long seconds) {
        LongStream.Builder nanos = LongStream.builder();
        int next = first;
        long start = nanoTime.getAsLong();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long now = start;
        while (now < end) {
            List<long[]> rows = new ArrayList<>(batch);
            for (int i = 0; i < batch; i++) {
                rows.add(encoder.tokenize(texts.get(next)));
                next = (next + 1) % texts.size();
            }
            Encoder.predict(predictor, rows);
            long after = nanoTime.getAsLong();
            nanos.add(after - now);
            now = after;
        }
        return new Calls(nanos.build().sorted().toArray(), now - start, next);
    }

    /**
     * Calls one after the other.
     *
     * @param nanos of each call, rising
     * @param elapsed nanoseconds of all
     * @param next the text after the last one used
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Calls(long[] nanos, long elapsed, int next) {

        String json(int batch) {
            return String.format(
                    Locale.ROOT,
                    "{\"inputsPerSecond\":%.2f,\"p50Micros\":%d,\"p99Micros\":%d,\"calls\":%d}",
                    nanos.length * (double) batch * TimeUnit.SECONDS.toNanos(1) / elapsed,
                    micros(0.5),
                    micros(0.99),
                    nanos.length);
        }

        /** The least that so great a share of the calls does not exceed (the nearest-rank percentile). */
        private long micros(double share) {
            return Math.round(nanos[(int) Math.ceil(share * nanos.length) - 1] / 1e3);
        }
    }
}
