package dev.evenkeel.benchmarks.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** Keeps a number of requests inside each target, the next one leaving when one is answered: shows what it can finish. */
public final class ClosedLoop {

    private static final int OK = 200;

    private ClosedLoop() {}

    /**
     * Answers with 200 per second and target, all targets under load together.
     *
     * @param warmUp goes before {@code length} and does not count
     */
    public static double[] run(
            Client client, List<Target> targets, Bodies bodies, int concurrency, Duration warmUp, Duration length)
            throws InterruptedException {
        AtomicLongArray finished = new AtomicLongArray(targets.size());
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicInteger next = new AtomicInteger();
        for (int t = 0; t < targets.size(); t++) {
            Loop loop = new Loop(client, targets.get(t), t, bodies, next, finished, running);
            for (int i = 0; i < concurrency; i++) {
                client.execute(loop::send);
            }
        }
        try {
            Thread.sleep(warmUp);
            long[] before = counts(finished);
            long start = System.nanoTime();
            Thread.sleep(length);
            long[] after = counts(finished);
            double seconds = (System.nanoTime() - start) / 1e9;
            double[] rates = new double[before.length];
            for (int t = 0; t < rates.length; t++) {
                rates[t] = (after[t] - before[t]) / seconds;
            }
            return rates;
        } finally {
            running.set(false);
        }
    }

    private static long[] counts(AtomicLongArray finished) {
        long[] counts = new long[finished.length()];
        for (int t = 0; t < counts.length; t++) {
            counts[t] = finished.get(t);
        }
        return counts;
    }

    private record Loop(
            Client client,
            Target target,
            int number,
            Bodies bodies,
            AtomicInteger next,
            AtomicLongArray finished,
            AtomicBoolean running) {

        void send() {
            if (!running.get()) {
                return;
            }
            client.send(target, bodies.body(next.getAndIncrement()), (status, node) -> {
                if (status == OK) {
                    finished.incrementAndGet(number);
                }
                // not from within the answer: a target that refuses at once would recurse without end
                client.execute(this::send);
            });
        }
    }
}
