package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Endpoint;

/** A request's place on an endpoint: its work counts there until it is completed. */
public interface Ticket {

    Endpoint endpoint();

    /**
     * Takes the work away and tells the endpoint's health. Only the first call counts.
     *
     * @return false when it was completed before
     */
    boolean complete(Outcome outcome);
}
