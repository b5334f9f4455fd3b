package dev.evenkeel.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Histogram;

/**
 * A number of clients, each with one request at a time, the next one leaving when its answer is there. Beside
 * {@link ClosedLoop}, which counts what targets finish, this one tells how long each request took, and is known to be over:
 * after {@link #close} nothing is inside the target.
 */
public final class Clients implements AutoCloseable {

    private static final int OK = 200;

    private final Client client;
    private final Target target;
    private final Bodies bodies;
    private final CountDownLatch home;

    // Touched by the client's thread alone.
    private Histogram nanos = histogram();
    private int next;
    private long failed;
    private long countingSince;
    private boolean closing;

    private Clients(Client client, Target target, Bodies bodies, int count) {
        this.client = client;
        this.target = target;
        this.bodies = bodies;
        home = new CountDownLatch(count);
    }

    /** Lets them begin. */
    public static Clients start(Client client, Target target, Bodies bodies, int count) {
        Clients clients = new Clients(client, target, bodies, count);
        for (int i = 0; i < count; i++) {
            client.execute(clients::send);
        }
        return clients;
    }

    private void send() {
        if (closing) {
            home.countDown();
            return;
        }
        long start = System.nanoTime();
        client.send(target, bodies.body(next++), (status, _) -> {
            if (status == OK) {
                nanos.recordValue(Math.max(1, System.nanoTime() - start));
            } else {
                failed++;
            }
            // not from within the answer: a target that refuses at once would recurse without end
            client.execute(this::send);
        });
    }

    /** What was answered so far does not count, but for failures. */
    public void startCounting() {
        onTheLoop(() -> {
            nanos = histogram();
            countingSince = System.nanoTime();
        });
    }

    /** What was answered since {@link #startCounting}. */
    public Counted counted() {
        CompletableFuture<Counted> counted = new CompletableFuture<>();
        client.execute(
                () -> counted.complete(new Counted(nanos.copy(), failed, (System.nanoTime() - countingSince) / 1e9)));
        return counted.join();
    }

    private void onTheLoop(Runnable task) {
        CompletableFuture.runAsync(task, client::execute).join();
    }

    /** Returns when each client has the answer to its last request, or has waited for it as long as it does. */
    @Override
    public void close() {
        onTheLoop(() -> closing = true);
        try {
            home.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To three digits, from a nanosecond up. */
    private static Histogram histogram() {
        return new Histogram(3);
    }

    /**
     * Requests of a stretch.
     *
     * @param nanos from the sending of each request to its 200
     * @param failed not answered with 200, those of the warm-up included
     */
    public record Counted(Histogram nanos, long failed, double seconds) {

        /** 200s a second. */
        public double perSecond() {
            return nanos.getTotalCount() / seconds;
        }

        /** Milliseconds; 0 to 100. */
        public double millisAt(double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e6;
        }
    }
}
