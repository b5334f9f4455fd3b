package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** See {@link Picker#weightedRoundRobin}. There is a schedule for each model, for the nodes that serve it. */
final class WeightedRoundRobin implements Picker {

    /** Who takes which turns, until when. */
    private record Schedule(List<Endpoint> endpoints, StaticStride stride, long until) {}

    /** A model's turns, which go on when its schedule is renewed. Threads that find it due renew it to the same. */
    private static final class Turns {

        private final AtomicInteger next;
        private volatile @Nullable Schedule schedule;

        Turns(int first) {
            next = new AtomicInteger(first);
        }

        long take() {
            return Integer.toUnsignedLong(next.getAndIncrement());
        }
    }

    private final WeightSettings settings;
    private final RandomGenerator random;
    private final Map<String, Turns> byModel = new ConcurrentHashMap<>();

    WeightedRoundRobin(WeightSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        int places = candidates.places();
        // names come from requests: what nobody serves is not remembered
        if (places == 0) {
            return null;
        }
        Turns turns = turns(request.model());
        StaticStride stride = stride(turns, candidates, now);
        // a round takes one at least; it may be no candidate, and other threads may take the turns between
        for (int looked = 0; looked < 2 * places; looked++) {
            long turn = turns.take();
            Endpoint candidate = stride.takes(turn) ? candidates.at(stride.place(turn)) : null;
            if (candidate != null) {
                return candidate;
            }
        }
        return candidates.any(random);
    }

    private Turns turns(String model) {
        Turns known = byModel.get(model);
        // several gateways that start together must not begin with the same node
        return known != null ? known : byModel.computeIfAbsent(model, _ -> new Turns(random.nextInt()));
    }

    private StaticStride stride(Turns turns, Candidates candidates, long now) {
        Schedule schedule = turns.schedule;
        if (schedule == null || !candidates.areFrom(schedule.endpoints) || now - schedule.until >= 0) {
            List<Endpoint> endpoints = candidates.endpoints();
            double[] weights = new double[endpoints.size()];
            for (int place = 0; place < weights.length; place++) {
                weights[place] = settings.weight(endpoints.get(place), now);
            }
            schedule = new Schedule(
                    endpoints,
                    new StaticStride(weights),
                    now + settings.update().toNanos());
            turns.schedule = schedule;
        }
        return schedule.stride;
    }
}
