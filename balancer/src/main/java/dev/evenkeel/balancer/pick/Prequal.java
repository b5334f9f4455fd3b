package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.load.LoadReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Picker#prequal}: the paper's asynchronous mode. There is a pool for each model. A request is decided by the
 * probes that are there, which loses or ages some of them, and sends new ones for requests to come.
 *
 * <p>Deviations: see {@link PrequalSettings#reuseLimit} for small fleets; a request that finds fewer than two probes, and so
 * goes anywhere, removes none; and no probes are sent while there are no requests.
 */
final class Prequal implements Picker {

    /**
     * What is known of a model's nodes, swapped as one.
     *
     * @param nodes those that serve the model
     * @param oldestNext the next probe to be removed is the oldest; else the worst
     */
    private record State(List<Endpoint> nodes, ProbePool pool, RecentRifs rifs, boolean oldestNext) {

        State of(List<Endpoint> others) {
            return new State(others, pool.only(probe -> others.contains(probe.endpoint())), rifs, oldestNext);
        }

        State with(Probe arrived, int rif, int capacity) {
            return new State(nodes, pool.with(arrived, capacity), rifs.with(rif), oldestNext);
        }

        State with(ProbePool next) {
            return new State(nodes, next, rifs, oldestNext);
        }

        State removed(int hotAbove) {
            if (pool.size() == 0) {
                return this;
            }
            return new State(nodes, pool.without(oldestNext ? 0 : pool.worst(hotAbove)), rifs, !oldestNext);
        }
    }

    private final PrequalSettings settings;
    private final long maxAge;
    private final Prober prober;
    private final RandomGenerator random;
    private final Map<String, AtomicReference<State>> byModel = new ConcurrentHashMap<>();

    Prequal(PrequalSettings settings, Prober prober, RandomGenerator random) {
        this.settings = settings;
        this.maxAge = settings.maxAge().toNanos();
        this.prober = prober;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        // names come from requests: what nobody serves is not remembered
        if (candidates.places() == 0) {
            return null;
        }
        AtomicReference<State> state = state(request.model(), candidates);
        Endpoint chosen = fromPool(state, candidates, now);
        probe(state, candidates);
        return chosen != null ? chosen : candidates.any(random);
    }

    private AtomicReference<State> state(String model, Candidates candidates) {
        AtomicReference<State> known = byModel.get(model);
        if (known == null) {
            known = byModel.computeIfAbsent(
                    model,
                    _ -> new AtomicReference<>(
                            new State(candidates.endpoints(), ProbePool.EMPTY, RecentRifs.NONE, true)));
        }
        if (!candidates.areFrom(known.get().nodes)) {
            known.updateAndGet(before -> before.of(candidates.endpoints()));
        }
        return known;
    }

    private @Nullable Endpoint fromPool(AtomicReference<State> state, Candidates candidates, long now) {
        while (true) {
            State before = state.get();
            ProbePool fresh = before.pool.only(probe -> now - probe.at() <= maxAge);
            int hotAbove = before.rifs.quantile(settings.qRif());
            int best = fresh.best(hotAbove, candidates::keep);
            if (best < 0) {
                return null;
            }
            Endpoint chosen = fresh.at(best).endpoint();
            State after = before.with(fresh.used(best));
            for (int remove = rounded(settings.remove()); remove > 0; remove--) {
                after = after.removed(hotAbove);
            }
            if (state.compareAndSet(before, after)) {
                return chosen;
            }
        }
    }

    private void probe(AtomicReference<State> state, Candidates candidates) {
        @Nullable Endpoint[] drawn = new Endpoint[rounded(settings.probes())];
        int count = Sample.draw(candidates, random, drawn);
        for (int i = 0; i < count; i++) {
            Endpoint endpoint = drawn[i];
            if (endpoint != null) {
                prober.probe(endpoint, (report, now) -> arrived(state, endpoint, report, now));
            }
        }
    }

    private void arrived(AtomicReference<State> state, Endpoint endpoint, LoadReport report, long now) {
        state.updateAndGet(before -> {
            // it may have left while it was asked
            if (!before.nodes.contains(endpoint)) {
                return before;
            }
            int uses = rounded(settings.reuseLimit(before.nodes.size()));
            return before.with(Probe.of(endpoint, report, now, uses), report.inFlight(), settings.pool());
        });
    }

    /** A whole number next to it, by chance so that the mean is right. */
    private int rounded(double value) {
        return (int) Math.min(Integer.MAX_VALUE, Math.floor(value + random.nextDouble()));
    }
}
