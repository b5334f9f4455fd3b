package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/** How loaded an endpoint is for a request. Reads the endpoint, changes nothing. */
@FunctionalInterface
public interface Cost {

    /**
     * The load, for this request.
     *
     * @param now nanoseconds of the balancer's clock
     * @return the cost, &gt;= 0 and finite; lower is better, and comparable between endpoints only
     */
    double of(Endpoint endpoint, Request request, long now);

    /** Requests that this gateway has outstanding there, and this one. */
    static Cost requests() {
        return (endpoint, request, now) -> endpoint.ownRequests() + 1.0;
    }

    /**
     * Seconds until the endpoint would finish the request: outstanding work, its own and others', and the request's,
     * over the work rate that the node measures of itself.
     *
     * @param maxReportAge what a report says of others' work counts up to this age; older, it is taken as finished
     */
    static Cost work(Duration maxReportAge) {
        return new WorkCost(maxReportAge);
    }
}
