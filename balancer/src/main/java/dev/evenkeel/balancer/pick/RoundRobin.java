package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** See {@link Picker#roundRobin}. */
final class RoundRobin implements Picker {

    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        for (int looked = 0; looked < candidates.places(); looked++) {
            Endpoint next = candidates.at(Math.floorMod(turn.getAndIncrement(), candidates.places()));
            if (next != null) {
                return next;
            }
        }
        return null;
    }
}
