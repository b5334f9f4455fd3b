package dev.evenkeel.model.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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

    /** For so long a stall is told at least: who asks only now and then hears of it too. */
    public static final Duration TOLD_FOR = Duration.ofSeconds(1);

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
        private final Consumer<Watch> onStuck;
        private volatile boolean replaced;
        private boolean stuck;
        private boolean ended;

        private Watch(long from, long limit, Consumer<Watch> onStuck) {
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
    private volatile boolean stalled;
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
    public Watch begin(double expectedNanos, Consumer<Watch> onStuck) {
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

    /** Somebody else does the work of the stuck one, and was seen to: the node is as good as it can be beside it. */
    public void replaced(Watch watch) {
        watch.replaced = true;
    }

    /**
     * Some prediction is past its limit and has not come back, and has been so for less than {@link #TOLD_FOR} or is not
     * {@link #replaced}; or more are stuck than can run at once.
     */
    public boolean stalled() {
        return stalled || condemned;
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
        boolean told = true;
        boolean tooLong = false;
        List<Watch> fresh = new ArrayList<>();
        for (Watch watch : running) {
            // may be below 0, and the limit may be all that there is: compared, not subtracted
            long took = age - watch.from;
            if (took > watch.limit && watch.mark(fresh)) {
                long late = took - watch.limit;
                found++;
                told &= watch.replaced && late > TOLD_FOR.toNanos();
                tooLong |= late > limits.restartAfter().toNanos();
            }
        }
        stalled = !told || found > workers;
        pastSaving = tooLong || found > workers;
        fresh.forEach(Watchdog::tell);
    }

    /** Whatever comes of it, the next look must happen: nobody watches the watchdog. */
    private static void tell(Watch watch) {
        try {
            watch.onStuck.accept(watch);
        } catch (RuntimeException | Error e) {
            log.error("a stuck prediction could not be given up", e);
        }
    }
}
