package dev.evenkeel.balancer;

import java.time.Duration;

/** How a request ended on the node that it was sent to. */
public sealed interface Outcome {

    /** Answered; an answer that refuses a bad request (4xx) is one too. */
    record Success() implements Outcome {}

    /**
     * Not answered, or answered with a failure of the node.
     *
     * @param hard true when the node is gone or is another: connection refused, reset, an unexpected instance
     */
    record Failure(boolean hard) implements Outcome {}

    /** Not answered in time. */
    record Timeout() implements Outcome {}

    /**
     * Refused because the node is full. It ejects nobody.
     *
     * @param retryAfter when the node expects to have room
     */
    record Overloaded(Duration retryAfter) implements Outcome {}

    /** Nobody waits for the answer any more. */
    record Cancelled() implements Outcome {}
}
