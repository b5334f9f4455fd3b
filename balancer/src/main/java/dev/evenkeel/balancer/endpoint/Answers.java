package dev.evenkeel.balancer.endpoint;

/**
 * What became of the requests that an endpoint had lately: how many failed, how long it took against what its work
 * explains, and how long it is used to be quiet. Sums that fade with time, {@link #FADE} to 1/e; all of one moment.
 *
 * @param verdicts requests that were answered or failed
 * @param failures those that failed
 * @param timed successful answers, whose times are summed up in the next two
 * @param latency nanoseconds from the pick to the end
 * @param explained nanoseconds that the node, by its own word of how fast it works, needed for what was outstanding there
 * @param outs requests that ever came out of the node
 * @param longestQuiet the longest time, in nanoseconds, in which something was inside and nothing came out; it fades with
 *     such time only, so that an idle night does not make a node jumpy
 * @param at nanoseconds of the balancer's clock
 */
public record Answers(
        double verdicts,
        double failures,
        double timed,
        double latency,
        double explained,
        long outs,
        double longestQuiet,
        long at) {

    /** Short, so that a change shows within seconds; long enough that a few answers a second make a verdict. */
    static final double FADE = 5e9;

    /**
     * One success that every node is taken to have had: a single failure of an unknown node is half a reason to avoid it, and
     * what is not refreshed fades to none.
     */
    private static final double PRIOR = 1;

    static final Answers NONE = new Answers(0, 0, 0, 0, 0, 0, 0, 0);

    Answers afterSuccess(long nanos, double explainedNanos, long now) {
        double keep = keep(now);
        return new Answers(
                verdicts * keep + 1,
                failures * keep,
                timed * keep + 1,
                latency * keep + (double) nanos,
                explained * keep + explainedNanos,
                outs,
                longestQuiet,
                now);
    }

    Answers afterFailure(long now) {
        double keep = keep(now);
        return new Answers(
                verdicts * keep + 1,
                failures * keep + 1,
                timed * keep,
                latency * keep,
                explained * keep,
                outs,
                longestQuiet,
                now);
    }

    /** Something came out after so many nanoseconds of quiet. */
    Answers afterQuiet(double nanos) {
        double before = longestQuiet * Math.exp(-nanos / (2 * FADE));
        return new Answers(verdicts, failures, timed, latency, explained, outs + 1, Math.max(nanos, before), at);
    }

    /** The node is back after an ejection: what led to it does not count again. */
    Answers forgiven() {
        return new Answers(0, 0, 0, 0, 0, outs, longestQuiet, at);
    }

    /** Verdicts that count now. */
    public double verdicts(long now) {
        return verdicts * keep(now);
    }

    /** Successful answers that count now. */
    double timed(long now) {
        return timed * keep(now);
    }

    /** Answers and failures per second, of this gateway. */
    public double rate(long now) {
        return verdicts(now) / (FADE / 1e9);
    }

    /** Share of the requests that failed, 0 to 1. Without news it fades to 0. */
    public double failureShare(long now) {
        return failures == 0 ? 0 : failures * keep(now) / (verdicts(now) + PRIOR);
    }

    double meanLatency() {
        return latency / Math.max(1e-9, timed);
    }

    double meanExplained() {
        return explained / Math.max(1e-9, timed);
    }

    private double keep(long now) {
        return verdicts == 0 ? 0 : Math.exp(-Math.max(0, now - at) / FADE);
    }
}
