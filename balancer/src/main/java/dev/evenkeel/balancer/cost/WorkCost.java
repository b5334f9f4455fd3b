package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Own;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/** See {@link Cost#work}. */
final class WorkCost implements Cost {

    /**
     * What of a request's own time on a core counts beside its wait. All of it would send to the fastest node until that is
     * the slowest: best for this request, and worse for those behind it. None of it would send to a slow node as soon as
     * that is idle.
     */
    private static final double OWN_SHARE = 0.5;

    /** A node that fails everything is not at infinity: costs stay comparable. */
    private static final double MAX_FAILURE_SHARE = 0.99;

    private final long maxReportAge;
    private final double unlikeShare;

    WorkCost(Duration maxReportAge, double unlikeShare) {
        this.maxReportAge = maxReportAge.toNanos();
        this.unlikeShare = unlikeShare;
    }

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        Own own = endpoint.own();
        double work = own.work();
        double requests = own.requests();
        double cores = 1;
        Reported last = endpoint.lastReported();
        if (last != null) {
            cores = last.cores();
            if (now - last.at() <= maxReportAge) {
                work += last.othersWork();
                requests += last.othersRequests();
            }
        }
        double inTheWay = inTheWay(work, requests, cores) + unlikeToWhatWaits(own, request, work, requests, cores);
        double seconds = (inTheWay + OWN_SHARE * cores * request.work()) / endpoint.workRate();
        double failures = endpoint.failureShare(now);
        return failures == 0 ? seconds : seconds / (1 - Math.min(failures, MAX_FAILURE_SHARE));
    }

    /**
     * What of the outstanding work must be done before another request begins. While there are fewer requests than cores it
     * is none, and once they queue nearly all; but who is in between cannot be told from a report that is a little old, so
     * the step is smooth: n^2 / (n^2 + (c - 1)^2), which is all of it for a single core.
     */
    private static double inTheWay(double work, double requests, double cores) {
        double n = requests * requests;
        double c = (cores - 1) * (cores - 1);
        return n == 0 ? 0 : work * n / (n + c);
    }

    /**
     * Of the work that waits, beyond one request for each core, the more the less like it the request is. What this gateway
     * does not know, others' sizes, it does not go by: its share of the requests is how much it counts.
     */
    private double unlikeToWhatWaits(Own own, Request request, double work, double requests, double cores) {
        if (requests <= cores) {
            return 0;
        }
        double waits = work * (1 - cores / requests);
        return unlikeShare * own.unlike(request.work()) * own.requests() / requests * waits;
    }
}
