package dev.evenkeel.benchmarks.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** Keeps a number of requests inside each target, the next one leaving when one is answered: shows what it can finish. */
public final class ClosedLoop {

    private static final int OK = 200;

    private ClosedLoop() {}

    /**
     * Answers with 200 per second and target, all targets under load together. Between the last answer before
     * {@code length} and the last one within it: a node answers a batch at a time, and by the clock one of 64 would count
     * or not as it came a moment sooner or later, which in four seconds is a third of what the node finishes.
     *
     * @param warmUp goes before {@code length} and does not count
     */
    public static double[] run(
            Client client, List<Target> targets, Bodies bodies, int concurrency, Duration warmUp, Duration length)
            throws InterruptedException {
        AtomicReferenceArray<Finished> finished = new AtomicReferenceArray<>(targets.size());
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicInteger next = new AtomicInteger();
        long start = System.nanoTime();
        for (int t = 0; t < targets.size(); t++) {
            finished.set(t, new Finished(0, start));
            Loop loop = new Loop(client, targets.get(t), t, bodies, next, finished, running);
            for (int i = 0; i < concurrency; i++) {
                client.execute(loop::send);
            }
        }
        try {
            Thread.sleep(warmUp);
            List<Finished> before = all(finished);
            Thread.sleep(length);
            List<Finished> after = all(finished);
            double[] rates = new double[targets.size()];
            for (int t = 0; t < rates.length; t++) {
                rates[t] = after.get(t).perSecondSince(before.get(t));
            }
            return rates;
        } finally {
            running.set(false);
        }
    }

    private static List<Finished> all(AtomicReferenceArray<Finished> finished) {
        return IntStream.range(0, finished.length()).mapToObj(finished::get).toList();
    }

    /**
     * What a target has finished.
     *
     * @param at when it finished the last of it, in nanoseconds
     */
    record Finished(long count, long at) {

        double perSecondSince(Finished before) {
            return count == before.count ? 0 : (count - before.count) * 1e9 / (at - before.at);
        }

        Finished oneMore() {
            return new Finished(count + 1, System.nanoTime());
        }
    }

    private record Loop(
            Client client,
            Target target,
            int number,
            Bodies bodies,
            AtomicInteger next,
            AtomicReferenceArray<Finished> finished,
            AtomicBoolean running) {

        void send() {
            if (!running.get()) {
                return;
            }
            client.send(target, bodies.body(next.getAndIncrement()), (status, node) -> {
                if (status == OK) {
                    // from the client's one thread
                    finished.set(number, finished.get(number).oneMore());
                }
                // not from within the answer: a target that refuses at once would recurse without end
                client.execute(this::send);
            });
        }
    }
}
