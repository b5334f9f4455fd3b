package dev.evenkeel.balancer;

/** The balancer's answer. */
public sealed interface Pick {

    /** Send it there, and complete the ticket whatever happens. */
    record Picked(Ticket ticket) implements Pick {}

    /** No node can take it now. */
    record NoneAvailable(Reason reason) implements Pick {}

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
