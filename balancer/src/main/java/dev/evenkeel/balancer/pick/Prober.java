package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.load.LoadReport;

/**
 * Asks an endpoint how it is, without waiting: policies probe while they pick. A probe that fails, or that the prober does
 * not send, is never answered.
 */
@FunctionalInterface
public interface Prober {

    /** Sends nothing. */
    Prober NONE = (endpoint, answer) -> {};

    /**
     * Sends a probe and returns; it may be answered by any thread, before this returns too.
     *
     * @param answer told once at most
     */
    void probe(Endpoint endpoint, Answer answer);

    /** Where the answer to a probe goes. */
    @FunctionalInterface
    interface Answer {

        /**
         * The endpoint answered.
         *
         * @param now when this arrived, in nanoseconds of the balancer's clock
         */
        void arrived(LoadReport report, long now);
    }
}
