package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.LoadReport;
import org.jspecify.annotations.Nullable;

/**
 * A report, with what this gateway needs to tell its own share of it.
 *
 * @param report what the node said
 * @param at when it arrived
 * @param cores that the node is granted, &gt;= 1; 1 where it does not say
 * @param othersWork work units on the node that were not this gateway's own when it was written: other gateways', or
 *     clients without one; &gt;= 0
 * @param othersRequests requests on the node that were not this gateway's own; &gt;= 0
 * @param smoothWorkRate work units that the node finishes per second while it is busy, smoothed over time; 0 while it has
 *     not said
 * @param usage what its requests cost it, as it last said; null while it has not
 */
public record Reported(
        LoadReport report,
        long at,
        double cores,
        double othersWork,
        int othersRequests,
        double smoothWorkRate,
        @Nullable Usage usage) {

    /**
     * In how many nanoseconds a change of the work rate counts for 1 - 1/e: HAProxy asks an agent every 2 s unless told
     * otherwise, so that a weight of its is 1 s old in the mean.
     */
    private static final double WORK_RATE_TIME = 1e9;

    static Reported after(@Nullable Reported before, LoadReport report, Own own, long now) {
        int othersRequests = Math.max(0, report.inFlight() - own.requests());
        // sizes are estimates here and known there: what is left when nobody else is inside is the error
        double others = othersRequests == 0 ? 0 : Math.max(0, orZero(report.queueWork()) - own.work());
        Usage usage = Usage.after(before == null ? null : before.usage, report, now);
        return new Reported(report, now, cores(report), others, othersRequests, workRate(before, report, now), usage);
    }

    private static double workRate(@Nullable Reported before, LoadReport report, long now) {
        double known = before == null ? 0 : before.smoothWorkRate;
        double said = orZero(report.workRate());
        if (before == null || known == 0 || said == 0) {
            return said == 0 ? known : said;
        }
        return known + (1 - Math.exp(-Math.max(0, now - before.at) / WORK_RATE_TIME)) * (said - known);
    }

    /** What is free and what others take are together what is granted. */
    private static double cores(LoadReport report) {
        double granted = report.coresFree() + report.coresOthers();
        return granted > 1 ? granted : 1;
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
