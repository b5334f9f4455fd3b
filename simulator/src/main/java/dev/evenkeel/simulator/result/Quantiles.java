package dev.evenkeel.simulator.result;

import java.util.Arrays;

/** Latencies in milliseconds; not a number where there were none. */
public record Quantiles(int count, double mean, double p50, double p90, double p99, double p999) {

    static Quantiles of(int[] micros) {
        Arrays.sort(micros);
        double mean = Arrays.stream(micros).average().orElse(Double.NaN) / 1e3;
        return new Quantiles(
                micros.length, mean, at(micros, 0.5), at(micros, 0.9), at(micros, 0.99), at(micros, 0.999));
    }

    /** The nearest rank. */
    private static double at(int[] sorted, double quantile) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.max(0, Math.ceil(quantile * sorted.length) - 1)] / 1e3;
    }
}
