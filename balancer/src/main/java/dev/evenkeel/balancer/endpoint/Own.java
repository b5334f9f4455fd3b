package dev.evenkeel.balancer.endpoint;

/**
 * What this gateway has outstanding on an endpoint, all of one moment.
 *
 * @param work work units that were sent and are not completed, &gt;= 0
 * @param requests requests that were sent and are not completed, &gt;= 0
 */
public record Own(long work, int requests) {

    /** Nothing is outstanding. */
    static final Own NOTHING = new Own(0, 0);

    /** After so much more was sent, or completed where it is negative. */
    Own plus(long moreWork, int moreRequests) {
        return new Own(work + moreWork, requests + moreRequests);
    }
}
