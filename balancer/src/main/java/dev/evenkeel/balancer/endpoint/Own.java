package dev.evenkeel.balancer.endpoint;

/**
 * What this gateway has outstanding on an endpoint and has sent there lately, all of one moment.
 *
 * @param work work units that were sent and are not completed, &gt;= 0
 * @param requests requests that were sent and are not completed, &gt;= 0
 * @param sentWork work units that were sent, those of longer ago counting for less, as of {@code sentAt}; &gt;= 0
 * @param sentAt when something was sent last, in nanoseconds of the balancer's clock
 */
public record Own(long work, int requests, double sentWork, long sentAt) {

    /** After what time work that was sent counts for 1/e: some tens of requests on a node that is in use. */
    public static final double MEMORY_NANOS = 1e9;

    /** Nothing was ever sent. */
    static final Own NOTHING = new Own(0, 0, 0, 0);

    /** A request more. Threads' clocks may cross: time never goes back here. */
    Own sent(long more, long now) {
        double fade = Math.exp(-Math.max(0, now - sentAt) / MEMORY_NANOS);
        return new Own(work + more, requests + 1, sentWork * fade + more, Math.max(sentAt, now));
    }

    /** A request less. */
    Own completed(long less) {
        return new Own(work - less, requests - 1, sentWork, sentAt);
    }

    /**
     * Work units per second that were sent lately. Between two sends it falls as 1/(1 + t), which is as good as the
     * exponential while they follow each other, and cheaper for those who ask it of every endpoint.
     */
    public double sentPerSecond(long now) {
        return sentWork / (MEMORY_NANOS + Math.max(0, now - sentAt)) * 1e9;
    }
}
