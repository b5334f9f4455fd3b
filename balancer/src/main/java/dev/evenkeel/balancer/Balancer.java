package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.filter.Filter;
import dev.evenkeel.balancer.pick.Picker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Picks the endpoint for each request. Safe for use by many threads, without a lock. */
public final class Balancer {

    private static final Filter UP = Filter.servesModel().and(Filter.up());
    private static final Filter IN_ROTATION = UP.and(Filter.notEjected());

    /** It was at all of those in rotation: the ejected would not do better. */
    private static final Pick ALL_TRIED = new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);

    private final Fleet fleet;
    private final Picker policy;
    private final LongSupplier nanoTime;

    /**
     * A balancer over a fleet that others keep up to date.
     *
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public Balancer(Fleet fleet, Picker policy, LongSupplier nanoTime) {
        this.fleet = fleet;
        this.policy = policy;
        this.nanoTime = nanoTime;
    }

    /** The endpoint that should take the request, by a ticket that already counts it there; or why there is none. */
    public Pick pick(Request request) {
        long now = nanoTime.getAsLong();
        List<Endpoint> endpoints = fleet.endpoints();
        List<Endpoint> inRotation = keep(endpoints, IN_ROTATION, request, now);
        return inRotation.isEmpty() ? panic(endpoints, request, now) : untried(inRotation, request, now, true);
    }

    /**
     * As {@link #pick}, for a request that has a place already and is better off there than on an ejected endpoint: with
     * nobody in rotation there is none.
     */
    public Pick pickInRotation(Request request) {
        long now = nanoTime.getAsLong();
        return untried(keep(fleet.endpoints(), IN_ROTATION, request, now), request, now, false);
    }

    /** @param anyway whether the last candidate is taken even when another pick has just got its trial */
    private Pick untried(List<Endpoint> inRotation, Request request, long now, boolean anyway) {
        List<Endpoint> candidates =
                request.tried().isEmpty() ? inRotation : keep(inRotation, Filter.notTried(), request, now);
        while (!candidates.isEmpty()) {
            Endpoint chosen = policy.pick(candidates, request, now);
            if (chosen.ejection().enter(now) || (anyway && candidates.size() == 1)) {
                return picked(chosen, request, now);
            }
            candidates.remove(chosen);
        }
        return ALL_TRIED;
    }

    /** With nobody in rotation, an ejected node that still says it is up is better than no answer. */
    private Pick panic(List<Endpoint> endpoints, Request request, long now) {
        List<Endpoint> candidates = keep(endpoints, UP.and(Filter.notTried()), request, now);
        return candidates.isEmpty()
                ? new Pick.NoneAvailable(reason(endpoints, request))
                : picked(policy.pick(candidates, request, now), request, now);
    }

    private static List<Endpoint> keep(List<Endpoint> endpoints, Filter filter, Request request, long now) {
        List<Endpoint> kept = new ArrayList<>(endpoints.size());
        for (Endpoint endpoint : endpoints) {
            if (filter.keeps(endpoint, request, now)) {
                kept.add(endpoint);
            }
        }
        return kept;
    }

    private static Pick.Reason reason(List<Endpoint> endpoints, Request request) {
        List<Endpoint> serving = endpoints.stream()
                .filter(endpoint -> endpoint.serves(request.model()))
                .toList();
        if (serving.isEmpty()) {
            return Pick.Reason.NOT_SERVED;
        }
        boolean someTried = serving.stream().map(Endpoint::id).anyMatch(request.tried()::contains);
        return someTried ? Pick.Reason.ALL_TRIED : Pick.Reason.NONE_HEALTHY;
    }

    private Pick picked(Endpoint endpoint, Request request, long now) {
        endpoint.begin(request.work());
        return new Pick.Picked(new CountedTicket(endpoint, request.work(), now));
    }

    private final class CountedTicket implements Ticket {

        private final Endpoint endpoint;
        private final long work;
        private final long sentAt;
        private final AtomicBoolean completed = new AtomicBoolean();
        private volatile Ejection.@Nullable Wait wait;

        CountedTicket(Endpoint endpoint, long work, long sentAt) {
            this.endpoint = endpoint;
            this.work = work;
            this.sentAt = sentAt;
        }

        @Override
        public Endpoint endpoint() {
            return endpoint;
        }

        @Override
        public void onLost(Runnable task) {
            Ejection.Wait registered = endpoint.ejection().onLost(task);
            wait = registered;
            // in this order: whoever completes after the look finds it there
            if (completed.get()) {
                registered.cancel();
            }
        }

        @Override
        public boolean complete(Outcome outcome) {
            if (!completed.compareAndSet(false, true)) {
                return false;
            }
            Ejection.Wait registered = wait;
            if (registered != null) {
                registered.cancel();
            }
            endpoint.end(work);
            long now = nanoTime.getAsLong();
            switch (outcome) {
                case Outcome.Success() -> endpoint.ejection().onSuccess(sentAt, now);
                case Outcome.Lost(Cause cause) -> endpoint.ejection().onLoss(cause, sentAt, now);
                case Outcome.Failure _, Outcome.Timeout _ -> endpoint.ejection().onSoftFailure(sentAt, now);
                case Outcome.Overloaded _, Outcome.Cancelled _, Outcome.Rescued _ ->
                    endpoint.ejection().onNoVerdict(sentAt);
            }
            return true;
        }
    }
}
