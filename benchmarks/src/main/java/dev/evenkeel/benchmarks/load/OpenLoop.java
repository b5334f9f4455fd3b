package dev.evenkeel.benchmarks.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A trace under way: every request leaves when it is due, however many are still unanswered, as those of independent
 * users do.
 *
 * <p>Schroeder, Wierman, Harchol-Balter: Open versus closed, a cautionary tale. NSDI 2006.
 */
public final class OpenLoop {

    private final Measurement measurement;
    private final CountDownLatch unanswered;

    private OpenLoop(Trace trace) {
        measurement = new Measurement(trace);
        unanswered = new CountDownLatch(trace.size());
    }

    /** Returns when the last request of the trace has left. */
    public static OpenLoop send(Client client, Target target, Trace trace, Bodies bodies) throws InterruptedException {
        OpenLoop loop = new OpenLoop(trace);
        long start = System.nanoTime();
        for (int i = 0; i < trace.size(); i++) {
            int index = i;
            byte[] body = bodies.body(index);
            long due = start + trace.dueNanos(index);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
                if (Thread.interrupted()) {
                    throw new InterruptedException("while the trace was being sent");
                }
            }
            client.execute(() -> loop.send(client, target, body, index, due));
        }
        return loop;
    }

    private void send(Client client, Target target, byte[] body, int index, long due) {
        measurement.sent(index, System.nanoTime() - due);
        client.send(target, body, (status, node) -> {
            measurement.answered(index, System.nanoTime() - due, status, node);
            unanswered.countDown();
        });
    }

    /** Returns when every request has its answer, or its time limit is over. */
    public Measurement await() throws InterruptedException {
        unanswered.await();
        return measurement;
    }
}
