package dev.evenkeel.balancer.filter;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Own;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/**
 * Gives an endpoint that is new or healed a share that grows, over a ramp, to its fair one: its caches are cold, its code is
 * not compiled yet, and every gateway sees it idle at once. Envoy and HAProxy lower its weight; here it may be sent requests
 * at a rate of at most its share of its fair rate, evenly spaced, so that the bound is the same for every policy: one that
 * always takes the idlest would otherwise send everything there, and one that takes turns next to nothing. Its fair rate is
 * the fleet's, by how fast each node says that it works.
 *
 * <p>A fleet that is all new has no ramp: who is there has to carry the load. Nodes that come within a ramp's time after the
 * first one belong to the same start. One thread calls {@link #look} every tick; until it does, nobody is held back.
 */
public final class SlowStart implements Filter {

    /** Per second and gateway. An endpoint in its ramp is worth so many whatever the load: it has to warm by something. */
    private static final double MIN_RATE = 10;

    private final long ramp;
    private final double minShare;
    private volatile Start start = new Start(false, 0, 0);

    /**
     * What all endpoints are measured by.
     *
     * @param established somebody is in rotation
     * @param at since when somebody is, without a break
     * @param ratePerWork requests per second that this gateway sends, for each unit of work per second that a node can do
     */
    private record Start(boolean established, long at, double ratePerWork) {}

    /**
     * How an endpoint comes in.
     *
     * @param ramp in what time it comes to its full share; default 3 s, 0 for none. One that is healed takes as long as it
     *     was out, if that is less
     * @param minShare the share to begin with, above 0 to 1; default 0.1
     */
    public record Settings(Duration ramp, double minShare) {

        /** Full before the 5 s in which a healed node has to be of use; a tenth is enough to show what it can do. */
        public static final Settings DEFAULT = new Settings(Duration.ofSeconds(3), 0.1);

        public Settings {
            if (ramp.isNegative()) {
                throw new IllegalArgumentException("ramp is " + ramp + "; it must be 0 or more");
            }
            if (!(minShare > 0 && minShare <= 1)) {
                throw new IllegalArgumentException("minShare is " + minShare + "; it must be above 0 and at most 1");
            }
        }
    }

    public SlowStart(Settings settings) {
        this.ramp = settings.ramp().toNanos();
        this.minShare = settings.minShare();
    }

    /** Takes stock of the fleet; to be called every tick. */
    public void look(Fleet fleet, long now) {
        boolean somebody = false;
        double rate = 0;
        double work = 0;
        Start before = start;
        for (Endpoint endpoint : fleet.endpoints()) {
            if (!endpoint.isInRotation()) {
                continue;
            }
            somebody = true;
            if (done(endpoint, before, now) >= 1) {
                rate += endpoint.answers().rate(now);
                work += endpoint.workRate();
            }
        }
        long since = somebody && before.established ? before.at : now;
        start = new Start(somebody, since, work > 0 ? rate / work : before.ratePerWork);
    }

    @Override
    public boolean keeps(Endpoint endpoint, Request request, long now) {
        Start fleet = start;
        double done = done(endpoint, fleet, now);
        if (done >= 1) {
            return true;
        }
        Own own = endpoint.own();
        double share = minShare + (1 - minShare) * done;
        double rate = share * Math.max(MIN_RATE, fleet.ratePerWork * endpoint.workRate());
        return own.sent() == 0 || now - own.sentAt() >= 1e9 / rate;
    }

    /** How much of its ramp an endpoint has behind it, 0 to 1. */
    private double done(Endpoint endpoint, Start fleet, long now) {
        double healed = endpoint.ejection().rampDone(now, ramp);
        long up = endpoint.upSince();
        boolean isNew = fleet.established && now - up < ramp && up - fleet.at >= ramp;
        return isNew ? Math.min(healed, (double) Math.max(0, now - up) / ramp) : healed;
    }
}
