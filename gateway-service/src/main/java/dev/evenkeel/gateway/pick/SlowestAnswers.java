package dev.evenkeel.gateway.pick;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The time within which 95 of 100 answers come, found by small steps: up by 5 % for a slower answer, down by 5 %/19 for a
 * faster one, which is at rest where one of 20 is slower. It forgets by itself: a hundred slow answers raise it a
 * hundredfold, a thousand fast ones bring it down to a tenth. As in "Frugal Streaming for Estimating Quantiles" (Ma, Muthukrishnan, Sandler, 2013), with
 * steps in proportion, since answers take from 1 ms to seconds.
 */
final class SlowestAnswers {

    private static final double UP = 1.05;
    private static final double DOWN = Math.pow(UP, -0.05 / 0.95);

    /** With fewer it is a guess. */
    private static final int ENOUGH = 100;

    /** A shorter wait is about what a second attempt costs. */
    private static final double SHORTEST = 5e6;

    /** Swapped as one. */
    private record Estimate(double nanos, int answers) {}

    private final AtomicReference<Estimate> estimate = new AtomicReference<>(new Estimate(0, 0));

    /** An answer took so long. Of two at the same moment one may not count. */
    void add(long nanos) {
        Estimate before = estimate.get();
        double next = before.answers == 0 ? nanos : before.nanos * (nanos > before.nanos ? UP : DOWN);
        estimate.compareAndSet(before, new Estimate(next, Math.min(ENOUGH, before.answers + 1)));
    }

    Optional<Duration> time() {
        Estimate now = estimate.get();
        return now.answers < ENOUGH
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) Math.max(SHORTEST, now.nanos)));
    }
}
