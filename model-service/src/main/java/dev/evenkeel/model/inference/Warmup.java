package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.report.Cost;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Runs a model until it is warm, and measures it: the first guess of its cost, and of how fast this machine is. */
final class Warmup {

    /** Two lengths tell base from slope; they are what short and middling texts have. */
    private static final int SHORT = 4;

    private static final int LONG = 64;
    private static final int BATCH = 4;

    /** Runs of each length; the first half warms, the second is measured. */
    private static final int RUNS = 24;

    /** A model of 50 ms a run is warm after a few. */
    private static final long MOST_NANOS = 500_000_000;

    /**
     * @param cost of an input
     * @param cpuShare CPU time over wall time while measuring: 1 on a core of one's own
     * @param width numbers in a row
     */
    record Measured(Cost cost, double cpuShare, int width) {}

    private record Run(double cpuMicros, double wallMicros, int width) {}

    private final Inference.Clocks clocks;

    Warmup(Inference.Clocks clocks) {
        this.clocks = clocks;
    }

    Measured measure(BatchPredictor predictor, int maxTokens) {
        int shorter = Math.min(SHORT, maxTokens);
        int longer = Math.max(shorter + 1, Math.min(LONG, maxTokens));
        Run atShort = median(predictor, shorter);
        Run atLong = median(predictor, longer);
        double slope = (atLong.cpuMicros - atShort.cpuMicros) / (longer - shorter) / BATCH;
        double perToken = Math.max(slope, 0.01);
        double base = Math.max(atShort.cpuMicros / BATCH - perToken * shorter, 1);
        double wall = atShort.wallMicros + atLong.wallMicros;
        double share = wall > 0 ? (atShort.cpuMicros + atLong.cpuMicros) / wall : 1;
        return new Measured(new Cost(base, perToken), Math.clamp(share, 0.05, 1), atLong.width);
    }

    private Run median(BatchPredictor predictor, int tokens) {
        List<Tokens> batch = Collections.nCopies(BATCH, Tokens.of(new int[tokens]));
        long start = clocks.nanoTime().getAsLong();
        List<Run> runs = IntStream.range(0, RUNS)
                .mapToObj(run -> run > 2 && clocks.nanoTime().getAsLong() - start > MOST_NANOS
                        ? new Run(Double.NaN, 0, 0)
                        : once(predictor, batch))
                .filter(run -> !Double.isNaN(run.cpuMicros))
                .toList();
        List<Run> measured = runs.subList(runs.size() / 2, runs.size()).stream()
                .sorted((a, b) -> Double.compare(a.cpuMicros, b.cpuMicros))
                .toList();
        return measured.get(measured.size() / 2);
    }

    private Run once(BatchPredictor predictor, List<Tokens> batch) {
        long wall = clocks.nanoTime().getAsLong();
        long cpu = clocks.threadCpuNanos().getAsLong();
        List<float[]> rows = predictor.predict(batch);
        return new Run(
                (clocks.threadCpuNanos().getAsLong() - cpu) / 1e3,
                (clocks.nanoTime().getAsLong() - wall) / 1e3,
                rows.isEmpty() ? 0 : rows.getFirst().length);
    }
}
