package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How long each endpoint has owed an answer: it was asked, and nothing was heard from it since. A question that ends
 * without an answer is still owed one; whatever is heard counts as one.
 *
 * <p>Silence is evidence, not proof: a node that is given more than it can do may be short of the CPU that an answer takes.
 * Where another node stands in, doubting it costs little. Where none does, its requests have nowhere to go, and it takes
 * {@link #PATIENCE} times as long.
 *
 * <p>Time counts as the asking side lives through it: a {@link #look} that comes late, because this process was stopped
 * or had no CPU, adds two ticks at most. So nobody is called silent for what a pause of the gateway took. For one thread,
 * the very one that reads the answers if that can be: while it is held up, so is the time.
 */
public final class Silence {

    /** So many limits is the only node that is left for a model waited for. */
    private static final int PATIENCE = 10;

    /** Until when nothing was heard, and whether a question is under way that may still be answered. */
    private record Owed(long since, boolean underWay, long heardBefore) {}

    private final long tick;
    private final long limit;
    private final LongSupplier nanoTime;
    private final Map<String, Owed> owed = new HashMap<>();
    private long lastLook;
    private long lived;

    /**
     * Nobody owes anything yet.
     *
     * @param tick how often {@link #look} is called
     * @param limit longer is silence
     */
    public Silence(Duration tick, Duration limit, LongSupplier nanoTime) {
        this.tick = tick.toNanos();
        this.limit = limit.toNanos();
        this.nanoTime = nanoTime;
        this.lastLook = nanoTime.getAsLong();
    }

    /** Lets time pass, and takes notice of what was heard meanwhile; to be called every tick. */
    public void look(Iterable<Endpoint> endpoints) {
        long now = nanoTime.getAsLong();
        lived += Math.min(Math.max(0, now - lastLook), 2 * tick);
        lastLook = now;
        endpoints.forEach(this::listen);
    }

    private void listen(Endpoint endpoint) {
        Owed before = owed.get(endpoint.id());
        long heard = endpoint.heardAt();
        if (before == null || heard == before.heardBefore) {
            return;
        }
        if (before.underWay) {
            owed.put(endpoint.id(), new Owed(lived, true, heard));
        } else {
            owed.remove(endpoint.id());
        }
    }

    /** A question is on its way to the endpoint. */
    public void asked(Endpoint endpoint) {
        long heard = endpoint.heardAt();
        owed.compute(
                endpoint.id(),
                (_, before) -> before == null || before.heardBefore != heard
                        ? new Owed(next(), true, heard)
                        : new Owed(before.since, true, heard));
    }

    /** It was answered. */
    public void answered(Endpoint endpoint) {
        owed.remove(endpoint.id());
    }

    /** It will not be answered any more, but was not withdrawn: the endpoint owes it until something is heard. */
    public void unanswered(Endpoint endpoint) {
        owed.computeIfPresent(endpoint.id(), (_, before) -> new Owed(before.since, false, before.heardBefore));
    }

    /** The endpoint is not there any more. */
    public void forget(String id) {
        owed.remove(id);
    }

    /** Ejects those of the fleet that have been silent for too long. */
    public void eject(List<Endpoint> endpoints) {
        long now = nanoTime.getAsLong();
        tooLong(endpoints).forEach((endpoint, time) -> endpoint.ejection().onLoss(new Cause.Silent(time), now, now));
    }

    /**
     * Those of the fleet that have been silent for too long, each with the time. A node that warms may be slow to answer, and
     * is not in rotation.
     */
    Map<Endpoint, Duration> tooLong(List<Endpoint> endpoints) {
        Map<Endpoint, Duration> silent = new LinkedHashMap<>();
        for (Endpoint endpoint : endpoints) {
            long time = time(endpoint);
            if (time > limit
                    && endpoint.state() != NodeState.WARMING
                    && (time > PATIENCE * limit
                            || endpoint.ejection().isEjected()
                            || hasStandIn(endpoint, endpoints))) {
                silent.put(endpoint, Duration.ofNanos(time));
            }
        }
        return silent;
    }

    private long time(Endpoint endpoint) {
        Owed current = owed.get(endpoint.id());
        return current == null ? 0 : lived - current.since;
    }

    /** Somebody in rotation who is heard serves a model of it. */
    private boolean hasStandIn(Endpoint endpoint, List<Endpoint> endpoints) {
        return endpoints.stream()
                .anyMatch(other -> other.isInRotation()
                        && time(other) <= limit
                        && !Collections.disjoint(other.models(), endpoint.models()));
    }

    /** What happens after a look counts from the next: never early. */
    private long next() {
        return lived + tick;
    }
}
