package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.LoadReport;
import org.jspecify.annotations.Nullable;

/**
 * A report, with what this gateway needs to tell its own share of it.
 *
 * @param report what the node said
 * @param at when it arrived
 * @param othersWork work units on the node that were not this gateway's own when it was written: other gateways', or
 *     clients without one; &gt;= 0
 * @param smoothOthersWork the same, by its recent means over the stays of requests; &gt;= 0
 */
public record Reported(LoadReport report, long at, double othersWork, double smoothOthersWork) {

    /** What a response's mean over its stay weighs against those before it. */
    private static final double WEIGHT = 0.3;

    static Reported after(@Nullable Reported before, LoadReport report, Own own, @Nullable Own sent, long now) {
        double others = Math.max(0, orZero(report.queueWork()) - own.work());
        double mean = sent == null || Double.isNaN(report.stayWork())
                ? others
                : Math.max(0, report.stayWork() - own.meanSince(sent, now));
        double smooth = before == null ? mean : before.smoothOthersWork + WEIGHT * (mean - before.smoothOthersWork);
        return new Reported(report, now, others, smooth);
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
