package dev.evenkeel.gateway;

import static dev.evenkeel.gateway.Range.requireNumber;
import static dev.evenkeel.gateway.Range.requireTime;
import static java.util.Objects.requireNonNullElse;

import dev.evenkeel.balancer.admission.Admission;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is turned away, {@code evenkeel.admission.*}: a request whose expected wait on the node that would take it is longer
 * than the limit, or than its client's {@code X-Request-Timeout-Ms} leaves, is answered 429 at once. Null is the
 * balancer's own default.
 *
 * @param enabled default true
 * @param maxQueueDelay the limit; default 5s, from 1ms to 10m. The balancer's own default is made for requests that come one
 *     by one: it answers the slowest percent soon when there are too many of them, and refuses a burst, or a few dozen
 *     clients that send as fast as they are answered, although the fleet is equal to them. A fleet of three that
 *     loses a node while another is cold has seconds of work on the third for a moment
 * @param answerTimes a wait for so many requests of the model's mean size is within the limit in any case; default 4, from 0
 *     to 1000
 * @param shedFrom part of the limit from which on some are turned away; default 0.9, from 0 to 1. Of the balancer's own 40 ms
 *     it is half, as reports are up to 50 ms old and the slope must not be shorter than that; of 5 s a tenth is ten times as
 *     much. From a half on, a fleet that was restarted node by node refused requests that would have waited for a second
 * @param maxRequests by model, how many requests of it may be inside this gateway; default none, each from 1 to 1000000
 */
public record AdmissionProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("5s") Duration maxQueueDelay,
        @Nullable Double answerTimes,
        @DefaultValue("0.9") double shedFrom,
        @DefaultValue Map<String, Integer> maxRequests) {

    private static final String PREFIX = "evenkeel.admission.";

    public AdmissionProperties {
        requireTime(PREFIX + "max-queue-delay", maxQueueDelay, Duration.ofMillis(1), Duration.ofMinutes(10));
        if (answerTimes != null) {
            requireNumber(PREFIX + "answer-times", answerTimes, 0, 1_000);
        }
        requireNumber(PREFIX + "shed-from", shedFrom, 0, 1);
        maxRequests.forEach((model, most) -> requireNumber(PREFIX + "max-requests." + model, most, 1, 1_000_000));
    }

    /** Empty when everything comes in. */
    Optional<Admission.Settings> settings() {
        Admission.Settings usual = Admission.Settings.DEFAULT;
        return enabled
                ? Optional.of(new Admission.Settings(
                        maxQueueDelay, requireNonNullElse(answerTimes, usual.answerTimes()), shedFrom))
                : Optional.empty();
    }
}
