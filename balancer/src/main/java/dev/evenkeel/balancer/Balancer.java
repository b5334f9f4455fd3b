package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.filter.Filter;
import dev.evenkeel.balancer.pick.Candidates;
import dev.evenkeel.balancer.pick.Picker;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Picks the endpoint for each request. Safe for use by many threads, without a lock. */
public final class Balancer {

    private static final Filter UP = Filter.up();
    private static final Filter IN_ROTATION = UP.and(Filter.notEjected());
    private static final Filter UP_UNTRIED = UP.and(Filter.notTried());
    private static final Filter IN_ROTATION_UNTRIED = IN_ROTATION.and(Filter.notTried());

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
        List<Endpoint> serving = fleet.serving(request.model());
        Endpoint chosen = inRotation(serving, request, now);
        if (chosen != null) {
            return picked(chosen, request, now);
        }
        boolean triedAll = !request.tried().isEmpty() && anyInRotation(serving, request, now);
        return triedAll ? ALL_TRIED : panic(serving, request, now);
    }

    /**
     * As {@link #pick}, for a request that has a place already and is better off there than on an ejected endpoint: with
     * nobody in rotation there is none.
     */
    public Pick pickInRotation(Request request) {
        long now = nanoTime.getAsLong();
        Endpoint chosen = inRotation(fleet.serving(request.model()), request, now);
        return chosen == null ? ALL_TRIED : picked(chosen, request, now);
    }

    private @Nullable Endpoint inRotation(List<Endpoint> serving, Request request, long now) {
        Filter filter = request.tried().isEmpty() ? IN_ROTATION : IN_ROTATION_UNTRIED;
        Candidates candidates = new Candidates(serving, filter, request, now);
        Endpoint chosen = policy.pick(candidates, request, now);
        // when another pick has got its trial just now it is no candidate any more
        while (chosen != null && !chosen.ejection().enter(now)) {
            chosen = policy.pick(candidates, request, now);
        }
        return chosen;
    }

    private static boolean anyInRotation(List<Endpoint> serving, Request request, long now) {
        for (Endpoint endpoint : serving) {
            if (IN_ROTATION.keeps(endpoint, request, now)) {
                return true;
            }
        }
        return false;
    }

    /** With nobody in rotation, an ejected node that still says it is up is better than no answer. */
    private Pick panic(List<Endpoint> serving, Request request, long now) {
        Endpoint chosen = policy.pick(new Candidates(serving, UP_UNTRIED, request, now), request, now);
        return chosen == null ? new Pick.NoneAvailable(reason(serving, request)) : picked(chosen, request, now);
    }

    private static Pick.Reason reason(List<Endpoint> serving, Request request) {
        if (serving.isEmpty()) {
            return Pick.Reason.NOT_SERVED;
        }
        boolean someTried = serving.stream().map(Endpoint::id).anyMatch(request.tried()::contains);
        return someTried ? Pick.Reason.ALL_TRIED : Pick.Reason.NONE_HEALTHY;
    }

    private Pick picked(Endpoint endpoint, Request request, long now) {
        endpoint.begin(request.work(), now);
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
            long now = nanoTime.getAsLong();
            endpoint.end(work);
            // the time that a failure or a refusal took says nothing of how fast the node answers
            if (outcome instanceof Outcome.Success || outcome instanceof Outcome.Timeout) {
                policy.answered(endpoint, now - sentAt, now);
            }
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
