package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;
import org.jspecify.annotations.Nullable;

/** See {@link Picker#evenlyUsed}. */
final class EvenlyUsed implements Picker {

    /** Nodes of the same machine measure their own speed within some 10 % of each other. */
    private static final double AS_FAST = 1.1;

    private final Picker first;

    EvenlyUsed(Picker first) {
        this.first = first;
    }

    @Override
    public void answered(Endpoint endpoint, long nanos, long now) {
        first.answered(endpoint, nanos, now);
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        Endpoint chosen = first.pick(candidates, request, now);
        if (chosen == null || !hasRoom(chosen)) {
            return chosen;
        }
        double slowest = AS_FAST * secondsPerWork(chosen);
        double least = Double.POSITIVE_INFINITY;
        for (int place = 0; place < candidates.places(); place++) {
            Endpoint candidate = candidates.at(place);
            if (candidate != null && hasRoom(candidate) && secondsPerWork(candidate) <= slowest) {
                double use = candidate.own().sentPerSecond(now) / candidate.workRate();
                if (use < least) {
                    least = use;
                    chosen = candidate;
                }
            }
        }
        return chosen;
    }

    /** Another request begins at once there, even if one is on its way that nobody has told of. */
    private static boolean hasRoom(Endpoint endpoint) {
        Reported last = endpoint.lastReported();
        return last != null && endpoint.ownRequests() + last.othersRequests() < Math.max(1, last.cores() - 1);
    }

    /** Of one core. */
    private static double secondsPerWork(Endpoint endpoint) {
        Reported last = endpoint.lastReported();
        return (last == null ? 1 : last.cores()) / endpoint.workRate();
    }
}
