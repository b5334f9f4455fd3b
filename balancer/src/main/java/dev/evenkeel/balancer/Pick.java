package dev.evenkeel.balancer;

import java.time.Duration;

/** The balancer's answer. */
public sealed interface Pick {

    /** Send it there, and complete the ticket whatever happens. */
    record Picked(Ticket ticket) implements Pick {}

    /** No node can take it now. */
    record NoneAvailable(Reason reason) implements Pick {}

    /**
     * The fleet has so much to do that it would not finish in time: better told now.
     *
     * @param retryAfter when there will be room, if nothing more comes
     */
    record Overloaded(Duration retryAfter) implements Pick {}

    /** Why no node can take a request. */
    enum Reason {
        /** No node that is there serves the model. */
        NOT_SERVED,
        /** Nodes serve it, but none is in a state to take a request. */
        NONE_HEALTHY,
        /** Every node that could take it has had it. */
        ALL_TRIED
    }
}
