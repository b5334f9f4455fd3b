package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;

/** See {@link Cost#work}. */
final class WorkCost implements Cost {

    /** A node that has not measured itself yet is taken for one whole core. */
    private static final double UNKNOWN_WORK_RATE = 1e6;

    private final long maxReportAge;

    WorkCost(Duration maxReportAge) {
        this.maxReportAge = maxReportAge.toNanos();
    }

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        double work = endpoint.ownWork() + request.work();
        double rate = UNKNOWN_WORK_RATE;
        Reported last = endpoint.lastReported();
        if (last != null) {
            if (now - last.at() <= maxReportAge) {
                work += last.othersWork();
            }
            if (last.report().workRate() > 0) {
                rate = last.report().workRate();
            }
        }
        return work / rate;
    }
}
