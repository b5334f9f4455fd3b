package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Endpoint;

/** A request's place on an endpoint: its work counts there until it is completed. */
public interface Ticket {

    Endpoint endpoint();

    /**
     * Runs the task when the endpoint is {@linkplain dev.evenkeel.balancer.endpoint.Ejection lost} while the request is on
     * it, at once when it is: once at most, on whichever thread finds out, and not when the ticket was completed before.
     * One task a ticket.
     */
    void onLost(Runnable task);

    /**
     * Takes the work away and tells the endpoint's health. Only the first call counts.
     *
     * @return false when it was completed before
     */
    boolean complete(Outcome outcome);
}
