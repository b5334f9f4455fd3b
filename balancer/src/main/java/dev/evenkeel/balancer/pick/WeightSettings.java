package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import dev.evenkeel.balancer.endpoint.Usage;
import dev.evenkeel.load.LoadReport;
import java.time.Duration;

/**
 * What an endpoint's weight is, by gRFC A58: requests per second over the CPU that they took, so that work goes where a
 * request costs least.
 *
 * <p>Deviations: utilisation is the CPU's, since nodes report no other. And A58 starts a new blackout after a time without
 * reports as long as its weight expiration, here it is as long as the default of that, 3 minutes, whatever is set.
 *
 * @param blackout a node's weight counts once it has reported for so long; default 10 s, 0 or more
 * @param expiration a weight counts for so long after the report that it comes from; default 3 min, above 0
 * @param update weights are looked up so often; default 1 s, A58 allows 100 ms or more
 * @param errorPenalty what a failed request adds to utilisation as a share of all; default 1, 0 or more
 */
public record WeightSettings(Duration blackout, Duration expiration, Duration update, double errorPenalty) {

    /** The endpoint's weight, &gt; 0; or 0 when none is known that counts. */
    double weight(Endpoint endpoint, long now) {
        Reported last = endpoint.lastReported();
        Usage usage = last == null ? null : last.usage();
        if (usage == null || now - usage.at() >= expiration.toNanos() || now - usage.since() < blackout.toNanos()) {
            return 0;
        }
        LoadReport report = usage.report();
        double failed = report.eps() > 0 ? report.eps() / report.rps() : 0;
        return report.rps() / (report.cpuUtilization() + failed * errorPenalty);
    }
}
