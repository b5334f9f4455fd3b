package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.endpoint.Cause;

/** Told of every node that leaves rotation after failures, and of its return, whoever found out. */
public interface Rotation {

    /**
     * The node is out.
     *
     * @param node its name
     * @param fromTrial it was out already, and failed its trial
     */
    void ejected(String node, Cause cause, boolean fromTrial);

    /** The node is back. */
    void healed(String node);
}
