package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.LoadReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The last report of a node that says what its requests cost it: it finished some, and used CPU. An idle node's reports
 * say nothing of that and leave it as it was.
 *
 * @param report the report; its {@code rps} and {@code cpuUtilization} are above 0
 * @param at when it arrived
 * @param since when the first of an uninterrupted series of them arrived
 */
public record Usage(LoadReport report, long at, long since) {

    /** Longer without one interrupts the series: the time after which gRPC's A58 forgets a weight. */
    private static final long INTERRUPTION = Duration.ofMinutes(3).toNanos();

    static @Nullable Usage after(@Nullable Usage before, LoadReport report, long now) {
        // a number that is not stated is above nothing
        if (!(report.rps() > 0 && report.cpuUtilization() > 0)) {
            return before;
        }
        return new Usage(report, now, before == null || now - before.at >= INTERRUPTION ? now : before.since);
    }
}
