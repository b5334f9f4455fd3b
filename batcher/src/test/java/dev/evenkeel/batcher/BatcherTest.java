package dev.evenkeel.batcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatcherTest {

    private static final Lane LANE = new Lane("m", 8, 1_000, 12, 3);

    private final AtomicLong now = new AtomicLong();
    private final Batcher<Integer> batcher = Batcher.over(BatchQueue.takingTurns(5_000), now::get);

    @Test
    void drainingServesWhatWaitsThenEndsTheWorkersAndTakesNothingNew() throws Exception {
        batcher.offer(Request.of(LANE, inputs(0, 20)));
        batcher.drain();
        assertThat(batcher.offer(Request.of(LANE, inputs(20, 1)))).isEqualTo(new Offer.Closed());
        int served = 0;
        for (Optional<Batch<Integer>> batch = batcher.next(); batch.isPresent(); batch = batcher.next()) {
            served += batch.get().inputs().size();
            batcher.finished(batch.get());
        }
        assertThat(served).isEqualTo(20);
        assertThat(batcher.backlog()).isEqualTo(new Backlog(0, 0, 0));
    }

    @Test
    void drainingWakesWorkersThatWait() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Optional<Batch<Integer>>>> workers = IntStream.range(0, 4)
                    .mapToObj(i -> threads.submit(batcher::next))
                    .toList();
            batcher.drain();
            for (Future<Optional<Batch<Integer>>> worker : workers) {
                assertThat(worker.get(10, TimeUnit.SECONDS)).isEmpty();
            }
        }
    }

    /** One offer wakes one worker; were the worker not to wake the next, the second batch would wait for ever. */
    @Test
    void aRequestOfSeveralBatchesWakesSeveralWorkers() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Optional<Batch<Integer>>>> workers = IntStream.range(0, 3)
                    .mapToObj(i -> threads.submit(batcher::next))
                    .toList();
            batcher.offer(Request.of(LANE, inputs(0, 24)));
            for (Future<Optional<Batch<Integer>>> worker : workers) {
                assertThat(worker.get(10, TimeUnit.SECONDS).orElseThrow().inputs())
                        .hasSize(8);
            }
        }
    }

    /** A worker that found the lane at its limit sleeps until a batch of it is finished. */
    @Test
    void finishingABatchWakesAWorkerForALaneThatWasAtItsLimit() throws Exception {
        Lane single = new Lane("single", 1, 100, 0, 1);
        batcher.offer(Request.of(single, inputs(0, 2)));
        Batch<Integer> first = batcher.next().orElseThrow();
        assertThat(batcher.poll()).isEmpty();
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            AtomicReference<Thread> sleeper = new AtomicReference<>();
            Future<Optional<Batch<Integer>>> worker = threads.submit(() -> {
                sleeper.set(Thread.currentThread());
                return batcher.next();
            });
            awaitSleep(sleeper);
            assertThat(batcher.finished(first)).isTrue();
            assertThat(worker.get(10, TimeUnit.SECONDS)).isPresent();
        }
    }

    /** What waits may be held up by its lane's limit when draining begins: a worker must not leave it behind. */
    @Test
    void drainingServesWhatWaitsForAPlaceInItsLaneToo() throws Exception {
        Lane single = new Lane("single", 1, 100, 0, 1);
        batcher.offer(Request.of(single, inputs(0, 2)));
        Batch<Integer> first = batcher.next().orElseThrow();
        batcher.drain();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> workers = new ArrayList<>();
            for (int w = 0; w < 2; w++) {
                AtomicReference<Thread> sleeper = new AtomicReference<>();
                workers.add(threads.submit(() -> {
                    sleeper.set(Thread.currentThread());
                    int count = 0;
                    for (Optional<Batch<Integer>> batch = batcher.next(); batch.isPresent(); batch = batcher.next()) {
                        count += batch.get().inputs().size();
                        batcher.finished(batch.get());
                    }
                    return count;
                }));
                awaitSleep(sleeper);
            }
            batcher.finished(first);
            int served = 0;
            for (Future<Integer> worker : workers) {
                served += worker.get(10, TimeUnit.SECONDS);
            }
            assertThat(served).isEqualTo(1);
        }
    }

    @Test
    void theClockOfTheWiringDecidesWhatIsLate() {
        batcher.offer(new Request<>(LANE, inputs(0, 3), Priority.INTERACTIVE, 50));
        now.set(50);
        assertThat(batcher.poll()).isEmpty();
        assertThat(batcher.expiredInputs()).isEqualTo(3);
        assertThat(batcher.offer(new Request<>(LANE, inputs(0, 3), Priority.INTERACTIVE, 50)))
                .isEqualTo(new Offer.Expired());
    }

    @Test
    void nothingIsLostOrServedTwiceWhenManyOfferCancelAndServe() throws Exception {
        int producers = 8;
        int requests = 3_000;
        int most = 12;
        AtomicIntegerArray served = new AtomicIntegerArray(producers * requests * most);
        AtomicLong accepted = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        AtomicLong cancelled = new AtomicLong();
        AtomicLong highest = new AtomicLong();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Long>> workers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                workers.add(threads.submit(() -> {
                    long count = 0;
                    for (Optional<Batch<Integer>> batch = batcher.next(); batch.isPresent(); batch = batcher.next()) {
                        highest.accumulateAndGet(batcher.backlog().work(), Math::max);
                        batch.get().inputs().forEach(input -> served.incrementAndGet(input.payload()));
                        count += batch.get().inputs().size();
                        batcher.finished(batch.get());
                    }
                    return count;
                }));
            }
            List<Callable<Void>> offers = new ArrayList<>();
            for (int p = 0; p < producers; p++) {
                int base = p * requests * most;
                Random random = new Random(p);
                offers.add(() -> {
                    for (int r = 0; r < requests; r++) {
                        List<Input<Integer>> inputs = inputs(base + r * most, random.nextInt(1, most + 1));
                        if (batcher.offer(Request.of(LANE, inputs)) instanceof Offer.Accepted yes) {
                            accepted.addAndGet(inputs.size());
                            if (random.nextInt(3) == 0) {
                                cancelled.addAndGet(batcher.cancel(yes.ticket()));
                            }
                        } else {
                            refused.incrementAndGet();
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> offer : threads.invokeAll(offers)) {
                offer.get();
            }
            batcher.drain();
            long total = 0;
            for (Future<Long> worker : workers) {
                total += worker.get();
            }
            assertThat(total).isEqualTo(accepted.get() - cancelled.get());
        }
        long once = 0;
        for (int i = 0; i < served.length(); i++) {
            assertThat(served.get(i)).as("input %d", i).isBetween(0, 1);
            once += served.get(i);
        }
        assertThat(once).isEqualTo(accepted.get() - cancelled.get()).isPositive();
        assertThat(refused.get()).as("the bound was reached").isPositive();
        assertThat(highest.get()).isLessThanOrEqualTo(5_000 + 40L * most);
        assertThat(batcher.backlog()).isEqualTo(new Backlog(0, 0, 0));
    }

    private static void awaitSleep(AtomicReference<Thread> thread) {
        for (Thread each = thread.get(); each == null || each.getState() != Thread.State.WAITING; each = thread.get()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<Input<Integer>> inputs(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new Input<>(i, 10, 40))
                .toList();
    }
}
