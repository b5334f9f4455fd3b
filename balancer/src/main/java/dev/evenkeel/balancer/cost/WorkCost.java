package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/** See {@link Cost#work}. */
final class WorkCost implements Cost {

    private final long maxReportAge;

    WorkCost(Duration maxReportAge) {
        this.maxReportAge = maxReportAge.toNanos();
    }

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        double work = endpoint.ownWork() + request.work();
        Reported last = endpoint.lastReported();
        if (last != null && now - last.at() <= maxReportAge) {
            work += last.othersWork();
        }
        return work / endpoint.workRate();
    }
}
