package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.run.Options;
import java.util.List;
import java.util.function.Predicate;

/**
 * A row of the matrix.
 *
 * @param id its name as an option
 * @param title for the table
 * @param bar what is asked for
 * @param load steady arrivals, as a share of the capacity
 * @param act what happens
 * @param bars what is held against it, all of which must hold, and what is told beside
 * @param need without which it cannot be brought about
 */
record Fault(String id, String title, String bar, double load, Act act, List<Bar> bars, Need need) {

    Fault(String id, String title, String bar, double load, Act act, List<Bar> bars) {
        this(id, title, bar, load, act, bars, Need.NOTHING);
    }

    /**
     * What the command line must have.
     *
     * @param option as it is typed
     */
    record Need(String option, Predicate<Options> isThere) {

        private static final Need NOTHING = new Need("", _ -> true);
    }

    /** Brings the fault about, and lets enough requests go by. */
    @FunctionalInterface
    interface Act {
        void happen(Stage stage) throws Exception;
    }

    /**
     * One figure's limits.
     *
     * @param figure its name; with a {@code /} the ratio of two
     * @param least smallest value that is met
     * @param most largest
     * @param everyRun of all runs the worst, or else the median
     */
    record Bar(String figure, double least, double most, boolean everyRun) {

        /** Nothing of it, in no run. */
        static Bar none(String figure) {
            return new Bar(figure, 0, 0, true);
        }

        static Bar atMost(String figure, double most) {
            return new Bar(figure, Double.NEGATIVE_INFINITY, most, false);
        }

        /** In every run. */
        static Bar alwaysAtMost(String figure, double most) {
            return new Bar(figure, Double.NEGATIVE_INFINITY, most, true);
        }

        static Bar atLeast(String figure, double least) {
            return new Bar(figure, least, Double.POSITIVE_INFINITY, false);
        }

        /** No limit: the most of all runs that have it stands beside. */
        static Bar toldMost(String figure) {
            return new Bar(figure, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, true);
        }

        /** No limit: the median stands beside. */
        static Bar told(String figure) {
            return new Bar(figure, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false);
        }

        private boolean isLimit() {
            return least > Double.NEGATIVE_INFINITY || most < Double.POSITIVE_INFINITY;
        }

        double of(Outcome outcome) {
            int slash = figure.indexOf('/');
            return slash < 0
                    ? outcome.get(figure)
                    : outcome.get(figure.substring(0, slash)) / outcome.get(figure.substring(slash + 1));
        }

        /** What is compared; not a number where a run has no such figure. */
        double over(List<Outcome> runs) {
            double[] values = runs.stream()
                    .mapToDouble(this::of)
                    .filter(value -> isLimit() || !Double.isNaN(value))
                    .sorted()
                    .toArray();
            if (values.length == 0 || Double.isNaN(values[values.length - 1])) {
                return Double.NaN; // sorted last
            }
            return everyRun
                    ? values[values.length - 1]
                    : (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
        }

        boolean isMet(List<Outcome> runs) {
            double value = over(runs);
            return !isLimit() || (value >= least && value <= most);
        }
    }

    /** Whatever the bars are, the gateways are there to the end. */
    boolean isMet(List<Outcome> runs) {
        return !runs.isEmpty()
                && runs.stream().noneMatch(run -> run.get(Outcome.GATEWAYS_LOST) > 0)
                && bars.stream().allMatch(bar -> bar.isMet(runs));
    }

    /** As it is, with a need. */
    Fault needing(String option, Predicate<Options> isThere) {
        return new Fault(id, title, bar, load, act, bars, new Need(option, isThere));
    }
}
