package dev.evenkeel.model.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees predictions that do not come back. A worker says when it begins one and how long that should take; {@link #look},
 * called every {@link #INTERVAL} by a thread that does nothing else, finds those that are past their limit, which is
 * {@code max(minimum, factor x expected)}.
 *
 * <p>Time counts as the watchdog lives through it: a look that comes late, because the whole process was stopped or had
 * no CPU, adds two intervals at most. So nobody is called stuck for what a pause of everybody took.
 */
public final class Watchdog {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    /** How often to look: an eighth of the 250 ms within which a stall must be known, twice over for a late look. */
    public static final Duration INTERVAL = Duration.ofMillis(25);

    private static final long MOST_A_LOOK = 2 * INTERVAL.toNanos();

    /**
     * When a prediction is stuck, and when the process is past saving.
     *
     * @param minimum no prediction is stuck before, above 0
     * @param factor times its expected time, at least 1
     * @param restartAfter stuck for longer than this is past saving
     */
    public record Limits(Duration minimum, double factor, Duration restartAfter) {}

    /** A prediction that runs. */
    public static final class Watch {

        private final long from;
        private final long limit;
        private final Runnable onStuck;
        private boolean stuck;
        private boolean ended;

        private Watch(long from, long limit, Runnable onStuck) {
            this.from = from;
            this.limit = limit;
            this.onStuck = onStuck;
        }

        /** True when it is stuck; it is one of the fresh the first time. */
        private synchronized boolean mark(List<Watch> fresh) {
            if (ended) {
                return false;
            }
            if (!stuck) {
                stuck = true;
                fresh.add(this);
            }
            return true;
        }

        private synchronized boolean end() {
            ended = true;
            return !stuck;
        }
    }

    private final Limits limits;
    private final int workers;
    private final LongSupplier nanoTime;
    private final Set<Watch> running = ConcurrentHashMap.newKeySet();
    private long lastLook;
    private volatile long lived;
    private volatile int stuck;
    private volatile boolean pastSaving;
    private volatile boolean condemned;

    /** @param workers predictions that can run at once: when more than these are stuck, their replacements are too */
    public Watchdog(Limits limits, int workers, LongSupplier nanoTime) {
        this.limits = limits;
        this.workers = workers;
        this.nanoTime = nanoTime;
        this.lastLook = nanoTime.getAsLong();
    }

    /**
     * A prediction begins.
     *
     * @param expectedNanos how long it should take
     * @param onStuck called once, on the watchdog's thread, when it is past its limit and has not ended
     */
    public Watch begin(double expectedNanos, Runnable onStuck) {
        long limit = Math.max(limits.minimum().toNanos(), (long) (limits.factor() * expectedNanos));
        // as if it began at the next look: never early
        Watch watch = new Watch(lived + INTERVAL.toNanos(), limit, onStuck);
        running.add(watch);
        return watch;
    }

    /** It came back, with whatever. False when it was found stuck before. */
    public boolean end(Watch watch) {
        running.remove(watch);
        return watch.end();
    }

    /** Some prediction is past its limit and has not come back. */
    public boolean stalled() {
        return stuck > 0 || condemned;
    }

    /** Only a new process helps: a prediction has been stuck for too long, or those that replaced stuck ones are too. */
    public boolean pastSaving() {
        return pastSaving || condemned;
    }

    /** Nothing can be predicted any more, for another reason than a stall. */
    public void condemn() {
        condemned = true;
    }

    /** Looks at what runs; for one thread. */
    public void look() {
        long now = nanoTime.getAsLong();
        long age = lived + Math.min(Math.max(0, now - lastLook), MOST_A_LOOK);
        lastLook = now;
        lived = age;
        int found = 0;
        boolean tooLong = false;
        List<Watch> fresh = new ArrayList<>();
        for (Watch watch : running) {
            // may be below 0, and the limit may be all that there is: compared, not subtracted
            long took = age - watch.from;
            if (took > watch.limit && watch.mark(fresh)) {
                found++;
                tooLong |= took - watch.limit > limits.restartAfter().toNanos();
            }
        }
        stuck = found;
        pastSaving = tooLong || found > workers;
        fresh.forEach(Watchdog::tell);
    }

    /** Whatever comes of it, the next look must happen: nobody watches the watchdog. */
    private static void tell(Watch watch) {
        try {
            watch.onStuck.run();
        } catch (RuntimeException | Error e) {
            log.error("a stuck prediction could not be given up", e);
        }
    }
}
