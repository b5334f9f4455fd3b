package dev.evenkeel.balancer.pick;

import java.time.Duration;

/**
 * Prequal's parameters, by the names of the paper in brackets.
 *
 * @param probes [r_probe] probes sent for each request; default 3, 0 or more. A fraction is rounded at random
 * @param pool [m] probes that are kept at most, one for each node; default 16, 2 or more
 * @param qRif [Q_RIF] a node is hot with more requests in flight than this quantile of those lately probed; default 0.84,
 *     from 0 to 1. At 0 requests in flight decide, at 1 latency alone
 * @param maxAge a probe is used for so long; default 1 s, above 0
 * @param remove [r_remove] probes that leave the pool for each request; default 1, 0 or more. A fraction is rounded at random
 * @param delta [delta] by how much the pool is expected to refill faster than it is used; default 1, above 0
 */
public record PrequalSettings(double probes, int pool, double qRif, Duration maxAge, double remove, double delta) {

    /**
     * Of the share of a fleet that the pool can hold at most, how much the reuse limit counts on. It has a pole there: in
     * 24 nodes by the defaults, where {@code (1 - 16/24) 3 - 1 = 0}. Three quarters of it is half of the fleet then, and a
     * limit of 4.
     */
    private static final double CLEAR_OF_THE_POLE = 0.75;

    /**
     * How often a probe is used, in the mean: {@code max(1, (1 + delta) / ((1 - m/n) r_probe - r_remove))}, so that probes
     * arrive as fast as they are used up.
     *
     * <p>The paper has large fleets. Probes that arrive for nodes that are in the pool already replace theirs, so a pool
     * holds no more than {@code n (1 - r_remove / r_probe)} nodes however large it may be. In a small fleet (below 32 by the
     * defaults) this formula's m is held to three quarters of that; the pool itself may grow to what it is allowed.
     *
     * @param nodes how many there are, &gt;= 1
     * @return &gt;= 1; infinite when more probes are removed than sent: they are used until they are removed or too old
     */
    double reuseLimit(int nodes) {
        double share = Math.min((double) pool / nodes, CLEAR_OF_THE_POLE * (1 - remove / probes));
        double gained = (1 - share) * probes - remove;
        return gained > 0 ? Math.max(1, (1 + delta) / gained) : Double.POSITIVE_INFINITY;
    }
}
