package dev.evenkeel.gateway;

import static dev.evenkeel.gateway.Range.require;
import static dev.evenkeel.gateway.Range.requireTime;

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
 * @param admission what is turned away
 * @param retry what happens when a node fails
 * @param drain how the gateway stops
 * @param maxBody longest body of a request; default 16 MB, from 1 KB to 1 GB; a longer one is answered 413
 */
@ConfigurationProperties("evenkeel")
public record GatewayProperties(
        @DefaultValue BalancerProperties balancer,
        @DefaultValue Routing routing,
        @DefaultValue Nodes nodes,
        @DefaultValue AdmissionProperties admission,
        @DefaultValue RetryProperties retry,
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
     * @param pollInterval a node that has not said for this long how it is may be asked; default 250ms, from 20ms to 500ms: what
     *     a node said counts for 2 s, and several polls must fit in. A gateway that is used asks one node for each 20
     *     requests, and each node every 5 s; one that is idle asks them all
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
}
