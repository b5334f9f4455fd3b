package dev.evenkeel.gateway;

import static dev.evenkeel.gateway.Range.require;
import static dev.evenkeel.gateway.Range.requireNumber;
import static dev.evenkeel.gateway.Range.requireTime;
import static java.util.Objects.requireNonNullElse;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.OutlierDetection;
import dev.evenkeel.balancer.filter.SlowStart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How nodes are chosen, {@code evenkeel.balancer.*}. What is not set is null here and has the balancer's own default.
 *
 * @param policy one of {@code least-work}, {@code least-requests}, {@code weighted-least-requests},
 *     {@code p2c-least-requests}, {@code least-cpu}, {@code peak-ewma}, {@code prequal}, {@code weighted-round-robin},
 *     {@code round-robin}, {@code random}, and its parameters after a colon, as in {@code prequal:q-rif=0.5,pool=8}; default
 *     {@code least-work}. {@link Policies} has the parameters
 * @param ejectionFailures failed answers in a row that take a node out of rotation; default 5, 1 or more. A refused or broken
 *     connection does so at once
 * @param ejectionTime first ejection's length; it doubles each time; default 1s, from 100ms to 5m
 * @param maxEjectionTime longest ejection; default 30s, at least the first one's, up to 1h
 * @param maxEjected share of the fleet beyond which nobody leaves rotation for being an outlier; default 0.5, from 0 to 1. 0
 *     is no outlier detection
 * @param outlierFailureShare share of failed answers that makes an outlier, if it is also three times the fleet's; default
 *     0.25, from 0.01 to 1
 * @param outlierLatencyFactor a node that takes so many times as long as its work explains is an outlier; default 3, from 1.1
 *     to 1000
 * @param stallFloor with requests inside, nothing comes out for so long, and three times as long as ever lately: a stall;
 *     default 100ms, from 10ms to 1m
 * @param slowStart in what time a node that is new or healed comes to its full share; default 3s, from 0s to 5m
 * @param panicThreshold when a smaller share of a model's nodes is in rotation, all that are not known to be dead are asked;
 *     default 0.5, from 0 to 1. 0 is never
 */
public record BalancerProperties(
        @DefaultValue(Policies.DEFAULT) String policy,
        @Nullable Integer ejectionFailures,
        @Nullable Duration ejectionTime,
        @Nullable Duration maxEjectionTime,
        @Nullable Double maxEjected,
        @Nullable Double outlierFailureShare,
        @Nullable Double outlierLatencyFactor,
        @Nullable Duration stallFloor,
        @Nullable Duration slowStart,
        @Nullable Double panicThreshold) {

    private static final String PREFIX = "evenkeel.balancer.";
    private static final Balancer.Settings DEFAULT = Balancer.Settings.DEFAULT;

    /** Longest of the times that are not given another limit. */
    private static final Duration LONG = Duration.ofMinutes(5);

    public BalancerProperties {
        requirePolicy(policy);
        Ejection.Settings ejection = Ejection.Settings.DEFAULT;
        int failures = requireNonNullElse(ejectionFailures, ejection.softFailures());
        require(failures >= 1, PREFIX + "ejection-failures", failures, "1 or more");
        Duration first = requireNonNullElse(ejectionTime, ejection.baseTime());
        requireTime(PREFIX + "ejection-time", first, Duration.ofMillis(100), LONG);
        requireTime(
                PREFIX + "max-ejection-time",
                requireNonNullElse(maxEjectionTime, ejection.maxTime()),
                first,
                Duration.ofHours(1));
        if (maxEjected != null) {
            requireNumber(PREFIX + "max-ejected", maxEjected, 0, 1);
        }
        if (outlierFailureShare != null) {
            requireNumber(PREFIX + "outlier-failure-share", outlierFailureShare, 0.01, 1);
        }
        if (outlierLatencyFactor != null) {
            requireNumber(PREFIX + "outlier-latency-factor", outlierLatencyFactor, 1.1, 1_000);
        }
        if (stallFloor != null) {
            requireTime(PREFIX + "stall-floor", stallFloor, Duration.ofMillis(10), Duration.ofMinutes(1));
        }
        if (slowStart != null) {
            requireTime(PREFIX + "slow-start", slowStart, Duration.ZERO, LONG);
        }
        if (panicThreshold != null) {
            requireNumber(PREFIX + "panic-threshold", panicThreshold, 0, 1);
        }
    }

    /** When a node leaves rotation by its own failures, and for how long. */
    Ejection.Settings ejection() {
        Ejection.Settings usual = Ejection.Settings.DEFAULT;
        return new Ejection.Settings(
                requireNonNullElse(ejectionFailures, usual.softFailures()),
                requireNonNullElse(ejectionTime, usual.baseTime()),
                requireNonNullElse(maxEjectionTime, usual.maxTime()));
    }

    /** How the fleet is judged. */
    Balancer.Settings settings() {
        OutlierDetection.Settings usual = DEFAULT.outliers();
        return new Balancer.Settings(
                new OutlierDetection.Settings(
                        requireNonNullElse(maxEjected, usual.maxEjected()),
                        usual.minAnswers(),
                        requireNonNullElse(outlierFailureShare, usual.minFailureShare()),
                        usual.failureFactor(),
                        requireNonNullElse(outlierLatencyFactor, usual.latencyFactor()),
                        usual.latencyFloor(),
                        usual.stallFactor(),
                        requireNonNullElse(stallFloor, usual.stallFloor())),
                new SlowStart.Settings(
                        requireNonNullElse(slowStart, DEFAULT.slowStart().ramp()),
                        DEFAULT.slowStart().minShare()),
                requireNonNullElse(panicThreshold, DEFAULT.panicThreshold()));
    }

    private static void requirePolicy(String spec) {
        try {
            Policies.check(spec);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PREFIX + "policy is " + spec + "; " + e.getMessage(), e);
        }
    }
}
