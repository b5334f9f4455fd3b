package dev.evenkeel.model.health;

import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses new work while memory is near its limit, because the kernel kills a node that reaches it, with everything inside.
 *
 * <p>It goes by what the kernel counts. Heap that the JVM holds but has no use for at the moment counts as used: the kernel
 * does not know better, and the engine's own memory, which is what grows fastest, cannot be had from it. So the JVM is asked
 * to give it back, at once and again every {@value #SAMPLES_BETWEEN_COLLECTIONS} samples while the state lasts: a node that
 * refuses allocates little, and would otherwise not collect, and refuse for ever. G1 gives it back then; the serial and the
 * parallel collector keep nearly all of it, so a node should run on G1.
 *
 * <p>Fed by the sampling of the machine: one {@link #sample()} past the mark is enough. Single owner: the sampling thread;
 * {@link #refuses()} is for everyone.
 */
public final class MemoryGuard {

    /**
     * Default of the share at which work is refused. Of a limit of 1 GiB the rest is 82 MiB: the largest body of 16 MiB as
     * bytes, as text and as tokens, and 30 MiB for a batch in the engine, until the next sample sees them.
     */
    public static final double REFUSE_AT = 0.92;

    /** The least and the most that {@code refuseAt} may be. */
    public static final double MIN_REFUSE_AT = 0.5;

    public static final double MAX_REFUSE_AT = 0.99;

    /** Work is taken again when there is half as much room again as there was when it was refused: room for what comes. */
    private static final double ROOM_TO_RETURN = 1.5;

    /** Ten seconds at five samples a second: a collection stops the node for some milliseconds. */
    static final int SAMPLES_BETWEEN_COLLECTIONS = 50;

    private static final Logger log = LoggerFactory.getLogger(MemoryGuard.class);

    private final DoubleSupplier share;
    private final Runnable collect;
    private final double refuseAt;
    private final double returnBelow;
    private int samplesIn;
    private volatile boolean refusing;

    /**
     * A guard that has seen nothing yet and refuses nothing.
     *
     * @param share memory in use as a share of the limit, 0 to 1; NaN when it is not known, which changes nothing
     * @param refuseAt the share from which work is refused, {@value #MIN_REFUSE_AT} to {@value #MAX_REFUSE_AT}
     * @param collect asks the JVM to give unused heap back: {@code System::gc}
     */
    public MemoryGuard(DoubleSupplier share, double refuseAt, Runnable collect) {
        if (!(refuseAt >= MIN_REFUSE_AT && refuseAt <= MAX_REFUSE_AT)) {
            throw new IllegalArgumentException("memory is to be refused at a share of " + refuseAt
                    + "; it must be from " + MIN_REFUSE_AT + " to " + MAX_REFUSE_AT);
        }
        this.share = share;
        this.refuseAt = refuseAt;
        this.returnBelow = 1 - ROOM_TO_RETURN * (1 - refuseAt);
        this.collect = collect;
    }

    /** Memory is near its limit: new work is to be refused. */
    public boolean refuses() {
        return refusing;
    }

    /** Looks at the memory. */
    public void sample() {
        double now = share.getAsDouble();
        if (!refusing && now >= refuseAt) {
            log.warn(
                    "Memory is at {} of its limit: new work is refused until it is below {}",
                    percent(now),
                    percent(returnBelow));
            samplesIn = 0;
            refusing = true;
        } else if (refusing && now < returnBelow) {
            log.info("Memory is at {} of its limit: work is taken again", percent(now));
            refusing = false;
        }
        if (refusing && samplesIn++ % SAMPLES_BETWEEN_COLLECTIONS == 0) {
            collect.run();
        }
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }
}
