package dev.evenkeel.gateway.flow;

import dev.evenkeel.balancer.Ticket;

/** Where a request goes whose node stalled or died with it inside. */
public sealed interface Rescue {

    /** There. */
    record To(Ticket next) implements Rescue {}

    /** Somewhere soon, when others that were in the same place have been answered. */
    record Later() implements Rescue {}

    /** No other node is there for it now. */
    record Nowhere() implements Rescue {}

    /** It is not sent any more. */
    record Refused(ApiException why) implements Rescue {}
}
