package dev.evenkeel.benchmarks.load;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What became of every request of one run. Latencies count from the time at which a request was due, so a generator
 * that falls behind makes its target look worse, never better.
 */
public final class Measurement {

    private static final int OK = 200;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Trace trace;
    private final long[] lateNanos;
    private final long[] latencyNanos;
    private final int[] statuses;
    private final @Nullable String[] nodes;

    Measurement(Trace trace) {
        this.trace = trace;
        lateNanos = new long[trace.size()];
        latencyNanos = new long[trace.size()];
        statuses = new int[trace.size()];
        nodes = new @Nullable String[trace.size()];
    }

    void sent(int index, long late) {
        lateNanos[index] = late;
    }

    void answered(int index, long latency, int status, @Nullable String node) {
        latencyNanos[index] = latency;
        statuses[index] = status;
        nodes[index] = node == null ? null : node.intern();
    }

    public int requests() {
        return trace.size();
    }

    /** Requests without a 200. */
    public int errors() {
        return (int) Arrays.stream(statuses).filter(status -> status != OK).count();
    }

    /** How many requests had each status but 200; 0 is no answer in time, -1 a connection that failed. */
    public Map<Integer, Integer> errorsByStatus() {
        Map<Integer, Integer> counts = new TreeMap<>();
        Arrays.stream(statuses).filter(status -> status != OK).forEach(status -> counts.merge(status, 1, Integer::sum));
        return counts;
    }

    /** Milliseconds of the requests answered with 200. */
    public Latency successes() {
        return answeredWith(OK);
    }

    /** How many 200s were there when so much time had passed since the first request could be due. */
    public int successesWithin(Duration sinceStart) {
        return (int) IntStream.range(0, statuses.length)
                .filter(i -> statuses[i] == OK && trace.dueNanos(i) + latencyNanos[i] <= sinceStart.toNanos())
                .count();
    }

    /** Milliseconds of the requests answered with this status. */
    public Latency answeredWith(int status) {
        Histogram histogram = histogram();
        for (int i = 0; i < statuses.length; i++) {
            if (statuses[i] == status) {
                histogram.recordValue(Math.max(1, latencyNanos[i]));
            }
        }
        return Latency.of(histogram);
    }

    /** Milliseconds of all requests, where one that failed counts as the time limit: a refusal is not a fast answer. */
    public Latency withFailuresAt(long limitNanos) {
        return withFailuresAt(limitNanos, _ -> true);
    }

    /** The same of some of the requests, by their places in the trace. */
    public Latency withFailuresAt(long limitNanos, IntPredicate which) {
        Histogram histogram = histogram();
        for (int i = 0; i < statuses.length; i++) {
            if (which.test(i)) {
                histogram.recordValue(statuses[i] == OK ? Math.max(1, latencyNanos[i]) : limitNanos);
            }
        }
        return Latency.of(histogram);
    }

    /** How late requests left, in milliseconds: what the generator itself adds. */
    public Latency lateness() {
        Histogram histogram = histogram();
        Arrays.stream(lateNanos).forEach(late -> histogram.recordValue(Math.max(1, late)));
        return Latency.of(histogram);
    }

    /** The share of the successes that each node answered. */
    public Map<String, Double> shares() {
        Map<String, Double> shares = new TreeMap<>();
        int successes = requests() - errors();
        for (int i = 0; i < statuses.length; i++) {
            if (statuses[i] == OK) {
                String node = nodes[i];
                shares.merge(node == null ? "unnamed" : node, 1.0 / successes, Double::sum);
            }
        }
        return shares;
    }

    /** One line a request: due (ms from the start), late (ms), latency (ms), status, node. */
    public void write(Path gzippedCsv) throws IOException {
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(gzippedCsv)), StandardCharsets.UTF_8)) {
            out.write("due_ms,late_ms,latency_ms,status,node\n");
            for (int i = 0; i < statuses.length; i++) {
                String node = nodes[i];
                out.write("%.3f,%.3f,%.3f,%d,%s%n"
                        .formatted(
                                trace.dueNanos(i) / NANOS_PER_MILLI,
                                lateNanos[i] / NANOS_PER_MILLI,
                                latencyNanos[i] / NANOS_PER_MILLI,
                                statuses[i],
                                node == null ? "" : node));
            }
        }
    }

    /** To three digits, from a nanosecond up. */
    private static Histogram histogram() {
        return new Histogram(3);
    }

    /** Milliseconds. */
    public record Latency(double mean, double p50, double p90, double p99, double p999, double max) {

        private static Latency of(Histogram nanos) {
            return new Latency(
                    nanos.getMean() / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(90) / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(99) / NANOS_PER_MILLI,
                    nanos.getValueAtPercentile(99.9) / NANOS_PER_MILLI,
                    nanos.getMaxValue() / NANOS_PER_MILLI);
        }
    }
}
