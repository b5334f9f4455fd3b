package dev.evenkeel.balancer.endpoint;

import java.time.Duration;
import java.util.Set;

/**
 * What the decision needs to know of a request.
 *
 * @param model the name of the model that must answer it
 * @param work the estimated work in work units (microseconds of one core); at least 1 is counted
 * @param tried ids of the endpoints that it was sent to already; they are not picked again
 * @param timeLeft until nobody waits for the answer any more
 * @param isBulk it is the first to be turned away
 */
public record Request(String model, long work, Set<String> tried, Duration timeLeft, boolean isBulk) {

    /** Longer than anyone waits. */
    public static final Duration NO_LIMIT = Duration.ofDays(1);

    /** One that is waited for however long it takes. */
    public Request(String model, long work, Set<String> tried) {
        this(model, work, tried, NO_LIMIT);
    }

    /** One that somebody waits for. */
    public Request(String model, long work, Set<String> tried, Duration timeLeft) {
        this(model, work, tried, timeLeft, false);
    }

    public Request {
        work = Math.max(1, work);
        tried = Set.copyOf(tried);
    }
}
