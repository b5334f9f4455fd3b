package dev.evenkeel.balancer.endpoint;

import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes an endpoint out of rotation after failures, and lets it back by a trial.
 *
 * <p>Hard evidence (connection refused or reset, another instance at the address, silence) ejects at once; soft failures
 * (an error answer, a timeout) eject when they come in a row; {@link OutlierDetection} ejects by what it sees of the whole
 * fleet. An ejection lasts longer each time, doubling up to a limit. After it, and only when the node has been heard from
 * since, a single request is let in as a trial: its success heals, its failure ejects again. Outlier ejection as in Envoy
 * and Finagle, with the trial of a circuit breaker.
 *
 * <p>One broken connection is hard evidence with a doubt, when the node was heard just before and had no ejection lately: a
 * killed node must be out at once, and breaks every connection that it has, while a starved machine may drop one alone. Such
 * a node is out at once, but what is inside is not given up before more evidence comes, and the first word from the node
 * makes a trial due.
 *
 * <p>An endpoint that was ejected by hard evidence and not heard from since is <em>lost</em>: what is inside will not be
 * answered, as far as anyone can tell. {@link #onLost} tells those who wait for it.
 */
public final class Ejection {

    /**
     * When to eject and for how long.
     *
     * @param softFailures soft failures in a row that eject, &gt;= 1
     * @param baseTime the first ejection's time; it doubles with each further ejection
     * @param maxTime the longest ejection
     */
    public record Settings(int softFailures, Duration baseTime, Duration maxTime) {

        /** Five in a row, as Envoy has it; a second, because a restarted node is ready in a few. */
        public static final Settings DEFAULT = new Settings(5, Duration.ofSeconds(1), Duration.ofSeconds(30));

        public Settings {
            if (softFailures < 1) {
                throw new IllegalArgumentException("softFailures is " + softFailures + "; it must be 1 or more");
            }
            if (!baseTime.isPositive() || maxTime.compareTo(baseTime) < 0) {
                throw new IllegalArgumentException(
                        "ejection times are " + baseTime + " to " + maxTime + "; they must be positive and rising");
            }
        }

        private long time(int times) {
            return Math.min(maxTime.toNanos(), baseTime.toNanos() << Math.min(times - 1, 20));
        }
    }

    /** Told of each change once, by the thread that brought it about, and outside any lock. */
    public interface Listener {

        /** A listener that nobody needs. */
        Listener NONE = new Listener() {
            @Override
            public void ejected(Cause cause, boolean fromTrial) {}

            @Override
            public void healed() {}
        };

        /**
         * The endpoint is ejected.
         *
         * @param fromTrial it was out already, and failed its trial
         */
        void ejected(Cause cause, boolean fromTrial);

        /** The endpoint is back in rotation. */
        void healed();
    }

    /** A task that waits for the endpoint to be lost. */
    public final class Wait {

        private final Runnable task;
        private final long number = waits.getAndIncrement();
        private final AtomicBoolean over = new AtomicBoolean();

        private Wait(Runnable task) {
            this.task = task;
        }

        /** It need not run any more; it may be running. */
        public void cancel() {
            over.set(true);
            waiting.remove(this);
        }

        private void run() {
            waiting.remove(this);
            if (over.compareAndSet(false, true)) {
                task.run();
            }
        }
    }

    private enum Phase {
        IN_ROTATION,
        EJECTED,
        ON_TRIAL
    }

    /**
     * Swapped as one.
     *
     * @param softFailures soft failures in a row
     * @param times ejections, until it has been healthy for as long as the longest ejection
     * @param at when it was last ejected
     * @param until when the ejection's time is over; once it is healed, when that was
     * @param heard the node was heard from since it was ejected
     * @param trialAt when the trial began
     * @param cause why it was last ejected; null before that
     * @param doubted by one broken connection only, of a node that had been heard just before
     */
    private record State(
            Phase phase,
            int softFailures,
            int times,
            long at,
            long until,
            boolean heard,
            long trialAt,
            @Nullable Cause cause,
            boolean doubted) {

        private static final State HEALTHY = new State(Phase.IN_ROTATION, 0, 0, 0, 0, false, 0, null, false);

        State inRotation(int failures, int ejections, long since) {
            return new State(Phase.IN_ROTATION, failures, ejections, at, since, heard, 0, cause, false);
        }

        State eject(Settings settings, Cause why, long now) {
            return new State(Phase.EJECTED, 0, times + 1, now, now + settings.time(times + 1), false, 0, why, false);
        }

        /** As {@link #eject}, until it is heard. */
        State ejectInDoubt(Cause why, long now) {
            return new State(Phase.EJECTED, 0, times + 1, now, now, false, 0, why, true);
        }

        /** There is no doubt any more: its time is that of any ejection. */
        State confirm(Settings settings, Cause why) {
            return new State(Phase.EJECTED, 0, times, at, at + settings.time(times), false, 0, why, false);
        }

        State onTrial(long now) {
            return new State(Phase.ON_TRIAL, 0, times, at, until, heard, now, cause, false);
        }

        State waiting() {
            return new State(Phase.EJECTED, 0, times, at, until, true, 0, cause, doubted);
        }

        /** What was inside when it was ejected in doubt was answered: the node was heard. */
        State answered() {
            return doubted && phase == Phase.EJECTED ? waiting() : this;
        }

        /** Its time is not prolonged, but a trial is not worth a request before it is heard again. */
        State lostAgain(Cause why) {
            return new State(Phase.EJECTED, 0, times, at, until, false, 0, why, false);
        }

        boolean lost() {
            return phase == Phase.EJECTED && !heard && !doubted && cause != null && cause.isLoss();
        }
    }

    private final Settings settings;
    private final Listener listener;
    private final AtomicReference<State> state = new AtomicReference<>(State.HEALTHY);
    private final AtomicLong waits = new AtomicLong();
    private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();

    Ejection(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /** True when the endpoint may be a candidate: in rotation, or due for a trial that nobody has taken. */
    public boolean allows(long now) {
        State current = state.get();
        return switch (current.phase) {
            case IN_ROTATION -> true;
            case EJECTED -> current.heard && now - current.until >= 0;
            // a trial that hangs must not keep the node out for ever
            case ON_TRIAL -> now - current.trialAt >= settings.maxTime.toNanos();
        };
    }

    /** True while the endpoint is out of rotation or on trial. */
    public boolean isEjected() {
        return state.get().phase != Phase.IN_ROTATION;
    }

    /** True while it is ejected by hard evidence and was not heard from since. */
    public boolean isLost() {
        return state.get().lost();
    }

    /**
     * Runs the task when the endpoint is lost, at once when it is: once at most, and on whichever thread finds out. It
     * should be short.
     */
    public Wait onLost(Runnable task) {
        Wait wait = new Wait(task);
        // in this order: whoever ejects after the look at the state finds it here
        waiting.add(wait);
        if (isLost()) {
            wait.run();
        }
        return wait;
    }

    /** True while it is out by hard evidence: heard since or not, it gets its trials and nothing else. */
    public boolean isOutByLoss() {
        State current = state.get();
        return current.phase != Phase.IN_ROTATION && current.cause != null && current.cause.isLoss();
    }

    /** True while it is out because connections to it break or are refused: its process is gone, as far as anyone can tell. */
    public boolean isDead() {
        State current = state.get();
        return current.phase != Phase.IN_ROTATION && isDeath(current.cause);
    }

    private static boolean isDeath(@Nullable Cause cause) {
        return cause instanceof Cause.Broken || cause instanceof Cause.Refused;
    }

    /** True while it is {@link #isDead dead}, and was found to be at that time or after. */
    public boolean diedSince(long time) {
        return isDead() && state.get().at - time >= 0;
    }

    /** True while its trial is under way. */
    boolean isOnTrial() {
        return state.get().phase == Phase.ON_TRIAL;
    }

    /** True when a trial is under way that began at {@code now}: the pick that entered then holds it. */
    public boolean isTrialOf(long now) {
        State current = state.get();
        return current.phase == Phase.ON_TRIAL && current.trialAt == now;
    }

    /**
     * When it came in last: when it was healed, or when its trial began.
     *
     * @param otherwise for one that was never out
     */
    long inSince(long otherwise) {
        State current = state.get();
        if (current.cause == null) {
            return otherwise;
        }
        return current.phase == Phase.ON_TRIAL ? current.trialAt : current.until;
    }

    /**
     * How much it has done of a ramp that it goes through after it is healed: as long as it was out, at most {@code ramp}
     * nanoseconds. What was out for a moment has lost nothing of its warmth.
     *
     * @return 0 to 1; 1 when it is in none
     */
    public double rampDone(long now, long ramp) {
        State current = state.get();
        if (current.phase != Phase.IN_ROTATION || current.cause == null) {
            return 1;
        }
        long length = Math.min(ramp, current.until - current.at);
        long done = now - current.until;
        return done >= length ? 1 : (double) Math.max(0, done) / length;
    }

    /** Ejections since the endpoint was last healthy for long. */
    public int times() {
        return state.get().times;
    }

    /**
     * To be asked once the endpoint is chosen: of several picks that see a trial due, one gets it.
     *
     * @return false when another pick was first
     */
    public boolean enter(long now) {
        State current = state.get();
        if (current.phase == Phase.IN_ROTATION) {
            return true;
        }
        return allows(now) && state.compareAndSet(current, current.onTrial(now));
    }

    /** A request was answered. One that was sent before the ejection heals nothing. */
    public void onSuccess(long sentAt, long now) {
        swap(current -> {
            if (current.phase != Phase.IN_ROTATION) {
                boolean isOld = sentAt - current.at < 0;
                return isOld ? current.answered() : current.inRotation(0, current.times, now);
            }
            boolean forgiven = current.times > 0 && now - current.until > settings.maxTime.toNanos();
            return current.softFailures == 0 && !forgiven
                    ? current
                    : current.inRotation(0, forgiven ? 0 : current.times, current.until);
        });
    }

    /** A request failed in a way that may be its own fault: ejects when it is one too many in a row. */
    public void onSoftFailure(long sentAt, long now) {
        swap(current -> {
            int failures = current.softFailures + 1;
            boolean tolerable = current.phase == Phase.IN_ROTATION && failures < settings.softFailures;
            return tolerable
                    ? current.inRotation(failures, current.times, current.until)
                    : ejectedBy(current, new Cause.Failures(failures), sentAt, now);
        });
    }

    /** The node is not there, is not the one that was meant, or does not speak: ejects at once. */
    public void onLoss(Cause cause, long sentAt, long now) {
        onLoss(cause, false, sentAt, now);
    }

    /**
     * As {@link #onLoss(Cause, long, long)}.
     *
     * @param heardJustNow the node was heard, by something else, so lately that one broken connection leaves a doubt
     */
    void onLoss(Cause cause, boolean heardJustNow, long sentAt, long now) {
        swap(current -> {
            if (current.phase == Phase.EJECTED && current.doubted) {
                return current.confirm(settings, cause);
            }
            boolean inDoubt = heardJustNow
                    && cause instanceof Cause.Broken
                    && current.phase == Phase.IN_ROTATION
                    && current.times == 0;
            return inDoubt ? current.ejectInDoubt(cause, now) : ejectedBy(current, cause, sentAt, now);
        });
    }

    /** It is far off what the fleet is, or says itself that it had better get nothing. A trial is judged by its own result. */
    void onOutlier(Cause cause, long now) {
        swap(current -> current.phase == Phase.IN_ROTATION ? current.eject(settings, cause, now) : current);
    }

    /** A trial that told nothing (cancelled, overloaded): the next pick may try. */
    public void onNoVerdict(long sentAt) {
        swap(current -> current.phase == Phase.ON_TRIAL && sentAt - current.at >= 0 ? current.waiting() : current);
    }

    /** The node answered a poll, so a trial is worth a request. */
    public void onHeard() {
        swap(current -> current.phase == Phase.EJECTED && !current.heard ? current.waiting() : current);
    }

    /** Requests that were inside when the node went fail late, one by one: one ejection, not one for each. */
    private State ejectedBy(State current, Cause cause, long sentAt, long now) {
        if (current.times > 0 && sentAt - current.at < 0) {
            return current;
        }
        if (current.phase == Phase.EJECTED) {
            // what was silent may turn out to be dead
            boolean isNews = cause.isLoss() && (!current.lost() || (isDeath(cause) && !isDeath(current.cause)));
            return isNews ? current.lostAgain(cause) : current;
        }
        return current.eject(settings, cause, now);
    }

    private void swap(UnaryOperator<State> change) {
        State before;
        State after;
        do {
            before = state.get();
            after = change.apply(before);
            if (after.equals(before)) {
                return;
            }
        } while (!state.compareAndSet(before, after));
        if (after.lost() && !before.lost()) {
            // in the order in which they came, so that the same events have the same end
            waiting.stream()
                    .sorted(Comparator.comparingLong(wait -> wait.number))
                    .forEach(Wait::run);
        }
        if (after.times > before.times && after.cause != null) {
            listener.ejected(after.cause, before.phase == Phase.ON_TRIAL);
        } else if (before.phase != Phase.IN_ROTATION && after.phase == Phase.IN_ROTATION) {
            listener.healed();
        }
    }
}
