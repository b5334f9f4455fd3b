package dev.evenkeel.gateway;

import dev.evenkeel.balancer.Policies;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The gateway's settings, {@code evenkeel.*}.
 *
 * @param balancer how nodes are chosen
 * @param routing which model is meant
 * @param nodes who is there, and how they are asked
 * @param retry what happens when a node fails
 * @param drain how the gateway stops
 * @param maxBody longest body of a request; default 16 MB, from 1 KB to 1 GB; a longer one is answered 413
 */
@ConfigurationProperties("evenkeel")
public record GatewayProperties(
        @DefaultValue Balancer balancer,
        @DefaultValue Routing routing,
        @DefaultValue Nodes nodes,
        @DefaultValue Retry retry,
        @DefaultValue Drain drain,
        @DefaultValue("16MB") DataSize maxBody) {

    public GatewayProperties {
        require(
                maxBody.toBytes() >= 1_024 && maxBody.toBytes() <= 1L << 30,
                "evenkeel.max-body",
                maxBody,
                "from 1KB to 1GB");
    }

    /**
     * How nodes are chosen.
     *
     * @param policy the name of one of {@link Policies}, and its parameters after a colon, as in
     *     {@code peak-ewma:decay-ms=5000}; default {@code least-work}
     * @param ejectionFailures failed answers in a row that take a node out of rotation; default 5, 1 or more. A refused
     *     or broken connection does so at once
     * @param ejectionTime first ejection's length; it doubles each time; default 1s, from 100ms to 5m
     * @param maxEjectionTime longest ejection; default 30s, at least the first one's
     */
    public record Balancer(
            @DefaultValue(Policies.DEFAULT) String policy,
            @DefaultValue("5") int ejectionFailures,
            @DefaultValue("1s") Duration ejectionTime,
            @DefaultValue("30s") Duration maxEjectionTime) {

        public Balancer {
            requirePolicy("evenkeel.balancer.policy", policy);
            require(ejectionFailures >= 1, "evenkeel.balancer.ejection-failures", ejectionFailures, "1 or more");
            requireTime("evenkeel.balancer.ejection-time", ejectionTime, Duration.ofMillis(100), Duration.ofMinutes(5));
            requireTime("evenkeel.balancer.max-ejection-time", maxEjectionTime, ejectionTime, Duration.ofHours(1));
        }
    }

    /**
     * Which model is meant.
     *
     * @param defaultModels by task ({@code embedding}, {@code classification}, {@code rerank}): the model for requests of APIs that
     *     name none, such as {@code POST /embed}
     */
    public record Routing(@DefaultValue Map<String, String> defaultModels) {}

    /**
     * Who is there, and how they are asked.
     *
     * @param serviceId the name under which nodes register; default {@code model-service}
     * @param pollInterval a node not heard from for this long is asked; default 250ms, from 20ms to 500ms: what a node
     *     said counts for 2 s, and several polls must fit in
     * @param silenceLimit a node that was asked and has not been heard from for longer leaves rotation; default 500ms, from
     *     100ms to 30s. A node that is granted a fifth of a core answers within some 100 ms; time in which the gateway
     *     itself was stopped does not count
     */
    public record Nodes(
            @DefaultValue("model-service") String serviceId,
            @DefaultValue("250ms") Duration pollInterval,
            @DefaultValue("500ms") Duration silenceLimit) {

        public Nodes {
            requireTime("evenkeel.nodes.poll-interval", pollInterval, Duration.ofMillis(20), Duration.ofMillis(500));
            requireTime("evenkeel.nodes.silence-limit", silenceLimit, Duration.ofMillis(100), Duration.ofSeconds(30));
        }
    }

    /**
     * What happens when a node fails.
     *
     * @param maxAttempts nodes that one request is sent to at most; default 3, from 1 to 10
     * @param maxWholeResponse an answer up to this length is held until it is whole, so that it can be had from another
     *     node when this one dies; default 1MB, up to 64MB
     */
    public record Retry(
            @DefaultValue("3") int maxAttempts,
            @DefaultValue("1MB") DataSize maxWholeResponse) {

        public Retry {
            require(maxAttempts >= 1 && maxAttempts <= 10, "evenkeel.retry.max-attempts", maxAttempts, "from 1 to 10");
            require(
                    maxWholeResponse.toBytes() >= 0 && maxWholeResponse.toBytes() <= 64L << 20,
                    "evenkeel.retry.max-whole-response",
                    maxWholeResponse,
                    "from 0B to 64MB");
        }
    }

    /**
     * How the gateway stops.
     *
     * @param notice for how long a gateway that is told to stop still serves, saying that it is not ready, so that whoever
     *     sends requests here learns of it; default 2s, from 0s to 5m
     */
    public record Drain(@DefaultValue("2s") Duration notice) {

        public Drain {
            requireTime("evenkeel.drain.notice", notice, Duration.ZERO, Duration.ofMinutes(5));
        }
    }

    private static void requirePolicy(String property, String spec) {
        try {
            Policies.check(spec);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(property + " is " + spec + "; " + e.getMessage(), e);
        }
    }

    private static void requireTime(String property, Duration value, Duration min, Duration max) {
        require(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                property,
                value.toMillis() + "ms",
                "from " + min.toMillis() + "ms to " + max.toMillis() + "ms");
    }

    private static void require(boolean holds, String property, Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(property + " is " + value + "; it must be " + range);
        }
    }
}
