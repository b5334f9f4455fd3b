package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import java.util.Locale;

/** A measured figure of a run, in the order in which the files have them. Times are in milliseconds. */
public enum Column {
    P50,
    MEAN,
    P90,
    P99,
    P999,
    SMALL_P99,
    CALLS,
    FAILED,
    REJECTED,
    SLOWEST_REJECT_MS,
    ATTEMPTS,
    FAILED_ATTEMPTS,
    POLLS,
    /** Work units per second. */
    GOODPUT,
    /** Work units per second. */
    CAPACITY,
    SECONDS;

    double of(Scenario scenario, Result result) {
        return switch (this) {
            case P50 -> result.all().p50();
            case MEAN -> result.all().mean();
            case P90 -> result.all().p90();
            case P99 -> result.all().p99();
            case P999 -> result.all().p999();
            case SMALL_P99 -> result.small().p99();
            case CALLS -> result.calls();
            case FAILED -> result.failed();
            case REJECTED -> result.rejected();
            case SLOWEST_REJECT_MS -> result.slowestRejectMillis();
            case ATTEMPTS -> result.attempts();
            case FAILED_ATTEMPTS -> result.failedAttempts();
            case POLLS -> result.polls();
            case GOODPUT -> result.goodput();
            case CAPACITY -> scenario.capacity();
            case SECONDS -> scenario.seconds();
        };
    }

    /** As it stands in the first line of a file. */
    public String header() {
        return name().toLowerCase(Locale.ROOT);
    }
}
