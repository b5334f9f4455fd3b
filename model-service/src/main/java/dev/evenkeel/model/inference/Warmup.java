package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.predict.Prediction;
import dev.evenkeel.model.predict.Row;
import dev.evenkeel.model.predict.Tensors;
import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.report.Cost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs a model until it is warm, and measures it: the first guess of its cost, and of how fast this machine is.
 *
 * <p>A call of n inputs of t tokens is taken to cost {@code call + n * input + n * t * token}; three shapes of batch give
 * the three numbers.
 */
final class Warmup {

    /** Two lengths tell the input from its tokens; they are what short and middling texts have. */
    private static final int SHORT = 4;

    private static final int LONG = 64;
    private static final int BATCH = 4;

    /** Runs of each shape; the first half warms, the second is measured. */
    private static final int RUNS = 24;

    /** A model of 50 ms a run is warm after a few. */
    private static final long MOST_NANOS = 400_000_000;

    private static final int LEAST_RUNS = 3;

    /**
     * What was found.
     *
     * @param cost of an input, a call's own cost spread over a batch of four
     * @param callTokens a call's own cost, in tokens
     * @param cpuShare CPU time over wall time while measuring: 1 on a core of one's own
     * @param width numbers in a row; 0 for tensors
     */
    record Measured(Cost cost, double callTokens, double cpuShare, int width) {}

    private record Run(double cpuMicros, double wallMicros, int width) {}

    private final Inference.Clocks clocks;

    Warmup(Inference.Clocks clocks) {
        this.clocks = clocks;
    }

    /** Of a model of text. */
    Measured measure(BatchPredictor predictor, int maxTokens) {
        int shorter = Math.min(SHORT, maxTokens);
        int longer = Math.max(shorter + 1, Math.min(LONG, maxTokens));
        Run few = median(predictor, BATCH, tokens(shorter));
        Run many = median(predictor, BATCH, tokens(longer));
        Run alone = median(predictor, 1, tokens(longer));
        double token = Math.max((many.cpuMicros - few.cpuMicros) / (longer - shorter) / BATCH, 0.01);
        double base = Math.max(few.cpuMicros / BATCH - token * shorter, 1);
        double input = Math.max((many.cpuMicros - alone.cpuMicros) / (BATCH - 1) - token * longer, 0);
        double call = Math.max(alone.cpuMicros - input - token * longer, 0);
        double wall = few.wallMicros + many.wallMicros;
        double share = wall > 0 ? (few.cpuMicros + many.cpuMicros) / wall : 1;
        return new Measured(new Cost(base, token), call / token, Math.clamp(share, 0.05, 1), many.width);
    }

    /** Of a tensor model, whose one size tells a call from its numbers, but no input from them. */
    Measured measure(BatchPredictor predictor, Tensors sample) {
        Run alone = median(predictor, 1, sample);
        Run many = median(predictor, BATCH, sample);
        double input = Math.max((many.cpuMicros - alone.cpuMicros) / (BATCH - 1), 1);
        double call = Math.max(alone.cpuMicros - input, 0);
        double token = input / sample.length();
        double share = many.wallMicros > 0 ? many.cpuMicros / many.wallMicros : 1;
        return new Measured(
                new Cost(Math.max(call / BATCH, 1), token), call / token, Math.clamp(share, 0.05, 1), many.width);
    }

    /** For a predictor of a model that was measured: its first calls, which are slow. */
    void warm(BatchPredictor predictor, Example sample) {
        for (int run = 0; run < LEAST_RUNS; run++) {
            predictor.predict(Collections.nCopies(BATCH, sample));
        }
    }

    /** A text of middling length, as far as the model takes it. */
    static Tokens sample(int maxTokens) {
        return tokens(Math.min(LONG, maxTokens));
    }

    private Run median(BatchPredictor predictor, int inputs, Example example) {
        List<Example> batch = Collections.nCopies(inputs, example);
        long end = now() + MOST_NANOS;
        List<Run> runs = new ArrayList<>(RUNS);
        while (runs.size() < LEAST_RUNS || (runs.size() < RUNS && now() < end)) {
            runs.add(once(predictor, batch));
        }
        List<Run> measured = runs.subList(runs.size() / 2, runs.size()).stream()
                .sorted((a, b) -> Double.compare(a.cpuMicros, b.cpuMicros))
                .toList();
        return measured.get(measured.size() / 2);
    }

    private Run once(BatchPredictor predictor, List<Example> batch) {
        long wall = now();
        long cpu = clocks.threadCpuNanos().getAsLong();
        List<? extends Prediction> rows = predictor.predict(batch);
        return new Run(
                (clocks.threadCpuNanos().getAsLong() - cpu) / 1e3,
                (now() - wall) / 1e3,
                !rows.isEmpty() && rows.getFirst() instanceof Row row ? row.numbers().length : 0);
    }

    private static Tokens tokens(int length) {
        return new Tokens(new int[length], length);
    }

    private long now() {
        return clocks.nanoTime().getAsLong();
    }
}
