package dev.evenkeel.benchmarks.sidebyside;

import java.util.List;
import java.util.OptionalDouble;

/** The highest load at which p99 is within a limit: what a fleet can be used to by a balancer. */
final class Knee {

    private static final double LONE_LATENCIES = 5;

    /** p99, in ms, at a load. */
    record Point(double load, double p99) {}

    private Knee() {}

    /** What p99 may be, in the unit of what a lone request takes. */
    static double limit(double lone) {
        return LONE_LATENCIES * lone;
    }

    /**
     * Between two loads, in a line; 0 where p99 is above the limit at the lowest load already, and the highest load where it
     * never is.
     *
     * @param points by rising load
     * @param limit ms
     * @return empty where there are no points
     */
    static OptionalDouble of(List<Point> points, double limit) {
        if (points.isEmpty()) {
            return OptionalDouble.empty();
        }
        Point last = null;
        for (Point point : points) {
            if (point.p99() > limit) {
                return OptionalDouble.of(
                        last == null
                                ? 0
                                : last.load()
                                        + (point.load() - last.load())
                                                * (limit - last.p99())
                                                / (point.p99() - last.p99()));
            }
            last = point;
        }
        return OptionalDouble.of(points.getLast().load());
    }
}
