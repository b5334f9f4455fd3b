package dev.evenkeel.balancer.endpoint;

/**
 * What this gateway has outstanding on an endpoint, all of one moment.
 *
 * @param work work units that were sent and are not completed, &gt;= 0
 * @param requests requests that were sent and are not completed, &gt;= 0
 * @param workNanos the integral of {@code work} over time until {@code at}, in work units times nanoseconds: two readings
 *     give the mean between them
 * @param at nanoseconds of the balancer's clock
 */
public record Own(long work, int requests, double workNanos, long at) {

    /** Nothing was ever sent. */
    static final Own NOTHING = new Own(0, 0, 0, 0);

    /** After so much was sent, or completed where it is negative. Threads' clocks may cross: time never goes back here. */
    Own plus(long moreWork, int moreRequests, long now) {
        return new Own(work + moreWork, requests + moreRequests, workNanosAt(now), Math.max(at, now));
    }

    private double workNanosAt(long now) {
        return workNanos + (double) work * Math.max(0, now - at);
    }

    /** Mean outstanding work from an earlier reading until now. */
    double meanSince(Own earlier, long now) {
        long time = now - earlier.at;
        return time <= 0 ? work : (workNanosAt(now) - earlier.workNanos) / time;
    }
}
