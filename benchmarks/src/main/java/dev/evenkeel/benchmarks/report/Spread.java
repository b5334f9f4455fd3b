package dev.evenkeel.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A figure over the repeats of a run. With five of them, median and range say all that can be said. */
public record Spread(double median, double least, double most) {

    public static <T> Spread of(Collection<T> repeats, ToDoubleFunction<T> figure) {
        return of(repeats.stream().mapToDouble(figure).toArray());
    }

    /**
     * Of the figures themselves.
     *
     * @param figures at least one; the order does not matter
     */
    public static Spread of(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** {@code 12.3 (11.9 to 14.0)}. */
    public String text(int decimals) {
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, least, most);
    }
}
