package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Cause;
import java.time.Duration;

/** How a request ended on the node that it was sent to. */
public sealed interface Outcome {

    /** Answered; an answer that refuses a bad request (4xx) is one too. */
    record Success() implements Outcome {}

    /** Answered with a failure of the node. */
    record Failure() implements Outcome {}

    /**
     * Not answered: the node is gone or is another.
     *
     * @param cause by which evidence; a loss
     */
    record Lost(Cause cause) implements Outcome {}

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

    /** Taken to another node, because this one was lost: that is known already, and nothing is learned from it. */
    record Rescued() implements Outcome {}
}
