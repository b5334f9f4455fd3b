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
     * The endpoint's answer has begun and is passed on as it comes: its work is done, and how long the rest takes is as much
     * the client's doing. Its end is still to be told, by {@link #complete}.
     */
    void answering();

    /**
     * Takes the work away and tells the endpoint's health. Only the first call counts.
     *
     * @return false when it was completed before
     */
    boolean complete(Outcome outcome);
}
