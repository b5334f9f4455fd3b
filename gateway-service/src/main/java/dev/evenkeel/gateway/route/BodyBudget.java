package dev.evenkeel.gateway.route;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of bodies that are in memory, of requests and of answers that are held: one may be short enough by itself, and a
 * thousand of them too much.
 */
final class BodyBudget {

    private final long limit;
    private final AtomicLong inside = new AtomicLong();

    /** @param limit bytes of all bodies together, above 0 */
    BodyBudget(long limit) {
        this.limit = limit;
    }

    /** What one request has taken. Its attempts are answered on threads of their own, and may be when it is over. */
    final class Share {

        private long bytes;
        private boolean over;

        /** Takes as much more; false when there is no room for it, or the request is over. */
        synchronized boolean take(long more) {
            if (over) {
                return false;
            }
            if (inside.addAndGet(more) > limit) {
                inside.addAndGet(-more);
                return false;
            }
            bytes += more;
            return true;
        }

        synchronized void end() {
            over = true;
            inside.addAndGet(-bytes);
            bytes = 0;
        }
    }

    Share share() {
        return new Share();
    }

    /** Bytes that are taken now. */
    long inside() {
        return inside.get();
    }
}
