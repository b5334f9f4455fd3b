package dev.evenkeel.balancer.filter;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.load.NodeState;

/** Keeps the endpoints that may take a request. Reads the endpoint, changes nothing. */
@FunctionalInterface
public interface Filter {

    /** True when the endpoint may take the request. */
    boolean keeps(Endpoint endpoint, Request request, long now);

    default Filter and(Filter other) {
        return (endpoint, request, now) -> keeps(endpoint, request, now) && other.keeps(endpoint, request, now);
    }

    /** The node has the model. */
    static Filter servesModel() {
        return (endpoint, request, now) -> endpoint.serves(request.model());
    }

    /** The request was not there before. */
    static Filter notTried() {
        return (endpoint, request, now) -> !request.tried().contains(endpoint.id());
    }

    /** The node says that it takes requests: it is not warming, draining, stalled or short of memory. */
    static Filter up() {
        return (endpoint, request, now) -> endpoint.state() == NodeState.UP;
    }

    /** Up, and not ejected or due for a trial. One filter, not two: nearly every pick asks this of every endpoint. */
    static Filter inRotation() {
        return (endpoint, request, now) ->
                endpoint.state() == NodeState.UP && endpoint.ejection().allows(now);
    }

    /** Not ejected and silent since: it may be there. */
    static Filter notLost() {
        return (endpoint, request, now) -> !endpoint.ejection().isLost();
    }

    /** In rotation, or ejected because its answers are failures or slow: it answers; or due for a trial. */
    static Filter notKnownDead() {
        return (endpoint, request, now) ->
                !endpoint.ejection().isOutByLoss() || endpoint.ejection().allows(now);
    }
}
