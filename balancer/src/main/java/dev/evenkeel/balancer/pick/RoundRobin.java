package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** See {@link Picker#roundRobin}. */
final class RoundRobin implements Picker {

    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public Endpoint pick(List<Endpoint> candidates, Request request, long now) {
        return candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size()));
    }
}
