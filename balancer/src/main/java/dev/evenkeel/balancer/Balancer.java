package dev.evenkeel.balancer;

import dev.evenkeel.balancer.admission.Admission;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.OutlierDetection;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.filter.Filter;
import dev.evenkeel.balancer.filter.PanicThreshold;
import dev.evenkeel.balancer.filter.SlowStart;
import dev.evenkeel.balancer.pick.Candidates;
import dev.evenkeel.balancer.pick.Picker;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Picks the endpoint for each request. Safe for use by many threads, without a lock. Whoever owns the clock calls
 * {@link #look} every {@link #TICK} from one thread: what is judged over the whole fleet is judged there, and picks read
 * the results.
 */
public final class Balancer {

    /** How often {@link #look} is to be called: several times within the 250 ms in which a stalled node must be out. */
    public static final Duration TICK = Duration.ofMillis(50);

    private static final Filter UP = Filter.up();
    private static final Filter IN_ROTATION = Filter.inRotation();
    private static final Filter UP_UNTRIED = UP.and(Filter.notTried());
    private static final Filter IN_ROTATION_UNTRIED = IN_ROTATION.and(Filter.notTried());
    private static final Filter ANSWERING_UNTRIED = UP_UNTRIED.and(Filter.notKnownDead());
    private static final Filter HEARD_UNTRIED = UP_UNTRIED.and(Filter.notLost());

    /** It was at all of those in rotation: the ejected would not do better. */
    private static final Pick ALL_TRIED = new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);

    private final Fleet fleet;
    private final Picker policy;
    private final LongSupplier nanoTime;
    private final OutlierDetection outliers;
    private final SlowStart slowStart;
    private final Filter inRotationAtItsShare;
    private final PanicThreshold panic;
    private final @Nullable Admission admission;
    private final LongAdder sent = new LongAdder();

    /**
     * How endpoints leave rotation and come back.
     *
     * @param panicThreshold when a smaller share of a model's nodes is in rotation, 0 to 1, all that are not known to be dead
     *     are asked; default 0.5, as in Envoy
     */
    public record Settings(OutlierDetection.Settings outliers, SlowStart.Settings slowStart, double panicThreshold) {

        public static final Settings DEFAULT =
                new Settings(OutlierDetection.Settings.DEFAULT, SlowStart.Settings.DEFAULT, 0.5);
    }

    /** A balancer with the default settings that turns nothing away. */
    public Balancer(Fleet fleet, Picker policy, LongSupplier nanoTime) {
        this(fleet, policy, Settings.DEFAULT, null, nanoTime);
    }

    /**
     * A balancer over a fleet that others keep up to date.
     *
     * @param admission what may come in; null for everything
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public Balancer(
            Fleet fleet, Picker policy, Settings settings, @Nullable Admission admission, LongSupplier nanoTime) {
        this.fleet = fleet;
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.admission = admission;
        this.outliers = new OutlierDetection(fleet, settings.outliers, TICK);
        this.slowStart = new SlowStart(settings.slowStart);
        this.inRotationAtItsShare = IN_ROTATION_UNTRIED.and(slowStart);
        this.panic = new PanicThreshold(settings.panicThreshold);
    }

    /** Judges the fleet; to be called every {@link #TICK}, by one thread. */
    public void look() {
        long now = nanoTime.getAsLong();
        outliers.look(now);
        panic.look(fleet);
        slowStart.look(fleet, now);
    }

    /** Tickets that were given since the start. */
    public long sent() {
        return sent.sum();
    }

    /** The endpoint that should take the request, by a ticket that already counts it there; or why there is none. */
    public Pick pick(Request request) {
        long now = nanoTime.getAsLong();
        List<Endpoint> serving = fleet.serving(request.model());
        Endpoint chosen =
                panic.isBelow(request.model()) ? inPanic(serving, request, now) : inRotation(serving, request, now);
        if (chosen != null) {
            return admitted(chosen, request, now);
        }
        boolean triedAll = !request.tried().isEmpty() && anyInRotation(serving, request, now);
        return triedAll ? ALL_TRIED : lastResort(serving, request, now);
    }

    /**
     * When the first endpoint will have room, if all that answer, in rotation or not, are so full that no request of any model
     * would be admitted; empty when one might be. To be asked before what is wanted is known.
     */
    public Optional<Duration> full() {
        Admission gate = admission;
        if (gate == null) {
            return Optional.empty();
        }
        long now = nanoTime.getAsLong();
        Duration soonest = null;
        for (Endpoint endpoint : fleet.endpoints()) {
            if (mayBeAsked(endpoint, now)) {
                Optional<Duration> full = gate.full(endpoint, now);
                if (full.isEmpty()) {
                    return full;
                }
                soonest = soonest == null || full.get().compareTo(soonest) < 0 ? full.get() : soonest;
            }
        }
        return Optional.ofNullable(soonest);
    }

    private static boolean mayBeAsked(Endpoint endpoint, long now) {
        Ejection ejection = endpoint.ejection();
        return endpoint.state() == NodeState.UP && (!ejection.isOutByLoss() || ejection.allows(now));
    }

    /** As {@link #pick}, from those in rotation alone; for one that has another model to ask before those that are out. */
    public Pick pickHealthy(Request request) {
        long now = nanoTime.getAsLong();
        Endpoint chosen = inRotation(fleet.serving(request.model()), request, now);
        return chosen == null ? ALL_TRIED : admitted(chosen, request, now);
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

    /**
     * One in its slow start is passed over while it has its share, unless there is nobody else. That is looked at once it is
     * chosen: most of the time nobody is, and a pick from a large fleet need not ask each. Whose trial this is is not passed
     * over: it has been entered, and another pick would wait for its end.
     */
    private @Nullable Endpoint inRotation(List<Endpoint> serving, Request request, long now) {
        Filter filter = request.tried().isEmpty() ? IN_ROTATION : IN_ROTATION_UNTRIED;
        Endpoint chosen = choose(serving, filter, request, now);
        if (chosen == null || chosen.ejection().isTrialOf(now) || slowStart.keeps(chosen, request, now)) {
            return chosen;
        }
        Endpoint other = choose(serving, inRotationAtItsShare, request, now);
        return other == null ? chosen : other;
    }

    /** Those that answer failures, or late, share the load; one that was lost gets its trial, and no more. */
    private @Nullable Endpoint inPanic(List<Endpoint> serving, Request request, long now) {
        Candidates candidates = new Candidates(serving, ANSWERING_UNTRIED, request, now);
        Endpoint chosen = policy.pick(candidates, request, now);
        while (chosen != null
                && chosen.ejection().isOutByLoss()
                && !chosen.ejection().enter(now)) {
            chosen = policy.pick(candidates, request, now);
        }
        return chosen;
    }

    private @Nullable Endpoint choose(List<Endpoint> serving, Filter filter, Request request, long now) {
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

    /**
     * With nobody in rotation, an ejected node that still says it is up is better than no answer, and takes no more than it
     * did before; a dead one comes last, and takes whatever comes, since it does nothing with it.
     */
    private Pick lastResort(List<Endpoint> serving, Request request, long now) {
        Endpoint heard = policy.pick(new Candidates(serving, HEARD_UNTRIED, request, now), request, now);
        if (heard != null) {
            return ifAdmitted(heard, request, now);
        }
        Endpoint lost = policy.pick(new Candidates(serving, UP_UNTRIED, request, now), request, now);
        return lost == null ? new Pick.NoneAvailable(reason(serving, request)) : picked(lost, request, now);
    }

    /** A trial is for the node's sake. */
    private Pick admitted(Endpoint chosen, Request request, long now) {
        return chosen.ejection().isTrialOf(now) ? picked(chosen, request, now) : ifAdmitted(chosen, request, now);
    }

    /** A request that was let in once stays in when it goes to another node. */
    private Pick ifAdmitted(Endpoint chosen, Request request, long now) {
        Admission gate = admission;
        if (gate != null
                && request.tried().isEmpty()
                && gate.decide(chosen, request, now) instanceof Admission.Decision.Rejected(Duration retryAfter)) {
            return new Pick.Overloaded(retryAfter);
        }
        return picked(chosen, request, now);
    }

    private static Pick.Reason reason(List<Endpoint> serving, Request request) {
        if (serving.isEmpty()) {
            return Pick.Reason.NOT_SERVED;
        }
        boolean someTried = serving.stream().map(Endpoint::id).anyMatch(request.tried()::contains);
        return someTried ? Pick.Reason.ALL_TRIED : Pick.Reason.NONE_HEALTHY;
    }

    private Pick picked(Endpoint endpoint, Request request, long now) {
        sent.increment();
        endpoint.begin(request.work(), now);
        return new Pick.Picked(new CountedTicket(endpoint, request.work(), now));
    }

    /**
     * When it came.
     *
     * @param explained nanoseconds that the node needed until then for what was inside
     */
    private record Answer(long at, double explained) {}

    private final class CountedTicket implements Ticket {

        private final Endpoint endpoint;
        private final long work;
        private final long sentAt;
        private final double workAround;
        private final double workRate;
        private final AtomicBoolean left = new AtomicBoolean();
        private final AtomicBoolean completed = new AtomicBoolean();
        private volatile @Nullable Answer begun;
        private volatile Ejection.@Nullable Wait wait;

        CountedTicket(Endpoint endpoint, long work, long sentAt) {
            this.endpoint = endpoint;
            this.work = work;
            this.sentAt = sentAt;
            this.workAround = endpoint.outstandingWork();
            this.workRate = endpoint.workRate();
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
        public void answering() {
            long now = nanoTime.getAsLong();
            begun = new Answer(now, explained());
            leave(true, now);
        }

        private void leave(boolean cameOut, long now) {
            if (left.compareAndSet(false, true)) {
                endpoint.end(work, cameOut, now);
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
            Answer known = begun;
            Answer answer = known == null ? new Answer(now, explained()) : known;
            leave(cameOut(outcome), now);
            // the time that a failure or a refusal took says nothing of how fast the node answers
            if (outcome instanceof Outcome.Success || outcome instanceof Outcome.Timeout) {
                policy.answered(endpoint, answer.at - sentAt, now);
            }
            switch (outcome) {
                case Outcome.Success() -> endpoint.succeeded(sentAt, answer.at - sentAt, answer.explained, now);
                case Outcome.Lost(Cause cause) -> endpoint.lost(cause, sentAt, now);
                case Outcome.Failure _, Outcome.Timeout _ -> endpoint.failedSoftly(sentAt, now);
                case Outcome.Overloaded _, Outcome.Cancelled _, Outcome.Rescued _ ->
                    endpoint.ejection().onNoVerdict(sentAt);
            }
            return true;
        }

        /**
         * Nanoseconds that the node needed for what was inside: the most of it and the slowest that the node said it was, at
         * the begin and the end of the stay.
         */
        private double explained() {
            double work = Math.max(workAround, endpoint.outstandingWork());
            return work / Math.min(workRate, endpoint.workRate()) * 1e9;
        }

        private static boolean cameOut(Outcome outcome) {
            return outcome instanceof Outcome.Success
                    || outcome instanceof Outcome.Failure
                    || outcome instanceof Outcome.Overloaded;
        }
    }
}
