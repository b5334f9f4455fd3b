package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/** How loaded an endpoint is for a request. Reads the endpoint, changes nothing but a statistic that is its own. */
@FunctionalInterface
public interface Cost {

    /**
     * The load, for this request.
     *
     * @param now nanoseconds of the balancer's clock
     * @return the cost, &gt;= 0 and finite; lower is better, and comparable between endpoints only
     */
    double of(Endpoint endpoint, Request request, long now);

    /**
     * A request was answered, or was not in time: for costs that measure this themselves.
     *
     * @param nanos from sending it to now
     */
    default void answered(Endpoint endpoint, long nanos, long now) {}

    /** Requests that this gateway has outstanding there, and this one. */
    static Cost requests() {
        return (endpoint, request, now) -> endpoint.ownRequests() + 1.0;
    }

    /**
     * Requests that this gateway has outstanding there, and this one, over the work rate that the node measures of itself,
     * smoothed over time: HAProxy's leastconn whose weights an agent on each node feeds.
     *
     * @param idleEqual nodes where this gateway has nothing are taken for equal, whatever their rate, as HAProxy does. The
     *     slow ones get more then; but where many gateways have little each, they do not all choose the fastest
     */
    static Cost weightedRequests(boolean idleEqual) {
        return new WeightedRequestsCost(idleEqual);
    }

    /**
     * The time that requests took, peaks first, times the requests that would be outstanding: Finagle's peak EWMA.
     *
     * @param decay in what time a peak falls to 1/e
     */
    static Cost peakEwma(Duration decay) {
        return new PeakEwmaCost(decay);
    }

    /** The share of the node's CPU that was in use at its last report, by itself or by its neighbours. Herds. */
    static Cost cpu() {
        return new CpuCost();
    }

    /**
     * Seconds until the endpoint would finish the request, as far as it matters to all who send there: the outstanding work
     * that stands in its way, this gateway's own and others', more where that is unlike the request in size, and half of the
     * request's own time on a core, over the work rate that the node measures of itself; times the attempts that a success
     * takes there.
     *
     * @param maxReportAge what a report says of others' work counts up to this age; older, it is taken as finished
     * @param unlikeShare of the work that waits, so much counts once more where it is as unlike the request as can be, &gt;= 0.
     *     A node that makes batches pads less where like meets like, which all who wait have a part of. With 1 the gain is
     *     a third of what it is with 3; with 4 the queues get so unequal that p99 of mixed sizes begins to pay for it
     */
    static Cost work(Duration maxReportAge, double unlikeShare) {
        return new WorkCost(maxReportAge, unlikeShare);
    }
}
