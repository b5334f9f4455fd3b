package dev.evenkeel.model.api;

import jakarta.servlet.ServletRequest;
import java.util.concurrent.Semaphore;

/**
 * Requests are parsed in turn, as many at once as there are CPUs. Without turns all that came at one moment share the CPUs
 * with the predictions and with the answers that wait to be written, and of a hundred that are half parsed none is answered:
 * receive livelock (Mogul and Ramakrishnan, 1997).
 */
final class Turns {

    private static final String HELD = Turns.class.getName();

    private final Semaphore free;

    /** @param atOnce how many may be parsed at once, &gt;= 1 */
    Turns(int atOnce) {
        this.free = new Semaphore(atOnce, true);
    }

    /** Waits for the request's turn, in the order in which they ask. Who has one computes and waits for nothing. */
    void begin(ServletRequest request) {
        free.acquireUninterruptibly();
        request.setAttribute(HELD, this);
    }

    /** The request is parsed, or will not be; without a turn nothing happens. */
    static void end(ServletRequest request) {
        if (request.getAttribute(HELD) instanceof Turns turns) {
            request.removeAttribute(HELD);
            turns.free.release();
        }
    }
}
