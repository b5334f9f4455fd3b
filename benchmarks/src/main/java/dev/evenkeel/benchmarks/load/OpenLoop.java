package dev.evenkeel.benchmarks.load;

import dev.evenkeel.load.Headers;
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
        return send(client, target, trace, bodies, (_, _, _) -> {});
    }

    /**
     * As the other, for those who look at the headers of the answers.
     *
     * @param observer hears of every answer, and of every request without one, on the client's thread
     */
    public static OpenLoop send(Client client, Target target, Trace trace, Bodies bodies, Client.Reply observer)
            throws InterruptedException {
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
            client.execute(() -> loop.send(client, target, body, index, due, observer));
        }
        return loop;
    }

    private void send(Client client, Target target, byte[] body, int index, long due, Client.Reply observer) {
        measurement.sent(index, System.nanoTime() - due);
        client.sendForReply(target, body, (status, headers, content) -> {
            measurement.answered(index, System.nanoTime() - due, status, headers.get(Headers.NODE));
            observer.replied(status, headers, content);
            unanswered.countDown();
        });
    }

    /** Returns when every request has its answer, or its time limit is over. */
    public Measurement await() throws InterruptedException {
        unanswered.await();
        return measurement;
    }
}
