package dev.evenkeel.simulator.report;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A figure in one cell, beside what the bar allows there.
 *
 * @param where the cell, and whom the figure compares with, for people
 * @param value over the seeds; its mean is judged
 * @param limit that the mean may reach
 * @param isFloor the limit is the least and not the most
 */
record Reading(String where, Spread value, double limit, boolean isFloor) {

    static Reading atMost(double limit, String where, Spread value) {
        return new Reading(where, value, limit, false);
    }

    static Reading atLeast(double limit, String where, Spread value) {
        return new Reading(where, value, limit, true);
    }

    boolean holds() {
        return isFloor ? value.mean() >= limit : value.mean() <= limit;
    }

    /** By how much it is beyond the limit, as a share of it. */
    private double excess() {
        double over = value.mean() - limit;
        return (isFloor ? -over : over) / Math.max(1e-9, Math.abs(limit));
    }

    /** Every one of the readings, in the order given. */
    static Verdict each(String bar, String text, List<Reading> readings) {
        if (readings.isEmpty()) {
            return Verdict.notMeasured(bar, text, "-");
        }
        String measured = readings.stream()
                .map(reading -> reading.value().text(Reading::write) + " " + reading.where())
                .collect(Collectors.joining("; "));
        return new Verdict(
                bar, text, measured, Verdict.State.of(readings.stream().allMatch(Reading::holds)));
    }

    /** How many hold, and the worst. */
    static Verdict worst(String bar, String text, List<Reading> readings) {
        if (readings.isEmpty()) {
            return Verdict.notMeasured(bar, text, "-");
        }
        long holding = readings.stream().filter(Reading::holds).count();
        Reading worst = readings.stream()
                .max(Comparator.comparingDouble(Reading::excess))
                .orElseThrow();
        String measured = "%d of %d cells; worst %s %s"
                .formatted(holding, readings.size(), worst.value().text(Reading::write), worst.where());
        return new Verdict(bar, text, measured, Verdict.State.of(holding == readings.size()));
    }

    private static String write(double value) {
        return Math.abs(value) < 10 ? Figure.ratio(value) : Figure.brief(value);
    }
}
