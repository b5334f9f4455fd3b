package dev.evenkeel.simulator.report;

import java.util.Collection;
import java.util.function.DoubleFunction;

/**
 * A figure over seeds.
 *
 * @param min the lowest of a seed
 * @param max the highest of a seed
 */
public record Spread(double mean, double min, double max) {

    static Spread of(Collection<Double> values) {
        return new Spread(
                values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN),
                values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN),
                values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
    }

    /** The mean, and the range in brackets. */
    public String text(DoubleFunction<String> format) {
        String middle = format.apply(mean);
        return min == max || !Double.isFinite(mean)
                ? middle
                : middle + " (" + format.apply(min) + ".." + format.apply(max) + ")";
    }

    /** As {@link #text} has it, to three digits. */
    public String brief() {
        return text(Figure::brief);
    }

    String ratio() {
        return text(Figure::ratio);
    }
}
