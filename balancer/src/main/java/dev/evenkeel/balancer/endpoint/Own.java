package dev.evenkeel.balancer.endpoint;

/**
 * What this gateway has outstanding on an endpoint and has sent there lately, all of one moment.
 *
 * @param work work units that were sent and are not completed, &gt;= 0
 * @param requests requests that were sent and are not completed, &gt;= 0
 * @param perWork the sum over these of 1 / their work
 * @param sent requests that were ever sent
 * @param sentAt when the last one was sent
 * @param sentWork work units that were sent, those of longer ago counting for less, as of {@code sentAt}; &gt;= 0
 * @param quietSince when something last came out, or when the first of those inside was sent, whichever is later
 * @param quietWork the work that was inside when the quiet began
 * @param soonWork the work that was sent within a tenth of a second of that
 * @param largestSince the largest request sent since the quiet began
 */
public record Own(
        long work,
        int requests,
        double perWork,
        long sent,
        long sentAt,
        double sentWork,
        long quietSince,
        long quietWork,
        long soonWork,
        long largestSince) {

    /** After what time work that was sent counts for 1/e: long enough for some requests, and short beside
     * the ramp of a node that comes back, which would else get more than its share to make up for its absence. */
    private static final double MEMORY_NANOS = 5e8;

    /** Many clients' first requests come within this, and in one batch: as long as a quiet that is never a stall. */
    private static final long SOON_NANOS = 100_000_000;

    /** Nothing was ever sent. */
    static final Own NOTHING = new Own(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** After a request was sent. Threads' clocks may cross: time never goes back here. */
    Own afterSending(long size, long now) {
        boolean first = requests == 0;
        long since = first ? now : quietSince;
        long soon = first ? 0 : soonWork;
        return new Own(
                work + size,
                requests + 1,
                (first ? 0 : perWork) + 1.0 / size,
                sent + 1,
                Math.max(sentAt, now),
                sentWork * Math.exp(-Math.max(0, now - sentAt) / MEMORY_NANOS) + size,
                since,
                first ? 0 : quietWork,
                now - since <= SOON_NANOS ? soon + size : soon,
                first ? size : Math.max(largestSince, size));
    }

    /** After a request was completed, because it came out of the node or for another reason. */
    Own afterEnd(long size, boolean cameOut, long now) {
        long left = work - size;
        return new Own(
                left,
                requests - 1,
                perWork - 1.0 / size,
                sent,
                sentAt,
                sentWork,
                cameOut ? now : quietSince,
                cameOut ? left : quietWork,
                cameOut ? 0 : soonWork,
                cameOut ? 0 : largestSince);
    }

    /**
     * How unlike those inside a request of so much work is: 0 for one of their typical work, 1/2 for twice or half of that,
     * and towards 1. What is typical is their harmonic mean, in which a large one among small ones does not count.
     *
     * @param size work units, at least 1
     * @return 0 to 1; 0 where nothing is inside
     */
    public double unlike(long size) {
        if (requests == 0) {
            return 0;
        }
        double typicalOverIts = requests / perWork / size;
        return 1 - Math.min(typicalOverIts, 1 / typicalOverIts);
    }

    /**
     * Work units per second that were sent lately. Between two sends it falls as 1/(1 + t), which is as good as the
     * exponential while they follow each other, and cheaper for those who ask it of every endpoint.
     */
    public double sentPerSecond(long now) {
        return sentWork / (MEMORY_NANOS + Math.max(0, now - sentAt)) * 1e9;
    }
}
