package dev.evenkeel.balancer.cost;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.load.LoadReport;

/** See {@link Cost#cpu}. */
final class CpuCost implements Cost {

    /** A node that does not say is taken for busy: it is not preferred to one that is known to be idle. */
    private static final double UNKNOWN = 1;

    @Override
    public double of(Endpoint endpoint, Request request, long now) {
        Reported last = endpoint.lastReported();
        if (last == null || Double.isNaN(last.report().cpuUtilization())) {
            return UNKNOWN;
        }
        return last.report().cpuUtilization() + othersShare(last.report());
    }

    /** What neighbours take of the granted cores; free and others together are the granted cores. */
    private static double othersShare(LoadReport report) {
        double granted = report.coresFree() + report.coresOthers();
        return granted > 0 ? report.coresOthers() / granted : 0;
    }
}
