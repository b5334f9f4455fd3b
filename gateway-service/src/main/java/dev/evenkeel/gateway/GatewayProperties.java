package dev.evenkeel.gateway;

import static dev.evenkeel.gateway.Range.require;
import static dev.evenkeel.gateway.Range.requireNumber;
import static dev.evenkeel.gateway.Range.requireTime;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
 * @param hedge whether what takes long is sent to a second node
 * @param deadline how long requests may take
 * @param poison what becomes of requests that nodes stall or die of
 * @param drain how the gateway stops
 * @param door how long a client may take to send a request
 * @param maxBody longest body of a request; default 16 MB, from 1 KB to 1 GB; a longer one is answered 413
 * @param maxBodies bytes of all bodies that are inside; default a quarter of the heap, and the longest body at least, which is
 *     also the least that it may be; what does not fit in is answered 429, before it is read if it says how long it is
 */
@ConfigurationProperties("evenkeel")
public record GatewayProperties(
        @DefaultValue BalancerProperties balancer,
        @DefaultValue Routing routing,
        @DefaultValue Nodes nodes,
        @DefaultValue AdmissionProperties admission,
        @DefaultValue RetryProperties retry,
        @DefaultValue HedgeProperties hedge,
        @DefaultValue Deadline deadline,
        @DefaultValue Poison poison,
        @DefaultValue Drain drain,
        @DefaultValue Door door,
        @DefaultValue("16MB") DataSize maxBody,
        @Nullable DataSize maxBodies) {

    public GatewayProperties {
        require(
                maxBody.toBytes() >= 1_024 && maxBody.toBytes() <= 1L << 30,
                "evenkeel.max-body",
                maxBody,
                "from 1KB to 1GB");
        if (maxBodies != null) {
            require(
                    maxBodies.compareTo(maxBody) >= 0,
                    "evenkeel.max-bodies",
                    maxBodies,
                    "evenkeel.max-body, which is " + maxBody + ", or more");
        }
    }

    DataSize bodies() {
        long quarter = Runtime.getRuntime().maxMemory() / 4;
        return maxBodies == null ? DataSize.ofBytes(Math.max(maxBody.toBytes(), quarter)) : maxBodies;
    }

    /**
     * Which model is meant.
     *
     * @param defaultModels by task ({@code embedding}, {@code classification}, {@code rerank}): the model for requests of APIs that
     *     name none, such as {@code POST /embed}
     * @param versions by model, then by version: which share of the requests each gets, as weights from 0 to 1000000. None,
     *     which is the default, is any version for any request; with some, a version that is not named gets nothing
     */
    public record Routing(
            @DefaultValue Map<String, String> defaultModels,
            @DefaultValue Map<String, Map<String, Integer>> versions) {

        public Routing {
            versions.forEach((model, weights) -> {
                String name = "evenkeel.routing.versions." + model;
                weights.forEach((version, weight) -> requireNumber(name + "." + version, weight, 0, 1_000_000));
                require(
                        weights.values().stream().anyMatch(weight -> weight > 0),
                        name,
                        weights,
                        "a weight above 0 for one version at least");
            });
        }
    }

    /**
     * Who is there, and how they are asked.
     *
     * @param serviceId the name under which nodes register; default {@code model-service}
     * @param pollInterval a node that has not said for this long how it is may be asked; default 250ms, from 20ms to 500ms: what
     *     a node said counts for 2 s, and several polls must fit in. A gateway that is used asks one node for each 20
     *     requests, and each node every 5 s; one that is idle asks them all
     * @param silenceLimit a node that was asked and has not been heard from for longer leaves rotation; default 500ms, from
     *     100ms to 30s. A node that is granted a fifth of a core answers within some 100 ms; time in which the gateway
     *     itself was stopped does not count. The only node that is left for a model has ten times as long
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
     * How long a client may take to send a request and to read its answer; one that takes longer is cut off.
     *
     * @param headTimeout from the first byte to the end of the headers; default 10s, from 100ms to 10m
     * @param bodyTimeout from there to the end of the body; default 30s, in which half of a megabyte a second makes the
     *     longest body, from 100ms to 1h
     * @param answerTimeout for which it may read nothing while more than 64 KB wait for it; default 30s, from 100ms to 1h
     */
    public record Door(
            @DefaultValue("10s") Duration headTimeout,
            @DefaultValue("30s") Duration bodyTimeout,
            @DefaultValue("30s") Duration answerTimeout) {

        private static final Duration SHORTEST = Duration.ofMillis(100);

        public Door {
            requireTime("evenkeel.door.head-timeout", headTimeout, SHORTEST, Duration.ofMinutes(10));
            requireTime("evenkeel.door.body-timeout", bodyTimeout, SHORTEST, Duration.ofHours(1));
            requireTime("evenkeel.door.answer-timeout", answerTimeout, SHORTEST, Duration.ofHours(1));
        }
    }

    /**
     * How long requests may take, from their arrival until their answer begins; one that is held begins when it is whole.
     *
     * @param byDefault those that do not say; default 60s, from 10ms up to the longest
     * @param longest what {@code X-Request-Timeout-Ms} can ask for; default 60s, which is what a node gives at most by
     *     {@code evenkeel.max-timeout}, from 10ms to 1h
     */
    public record Deadline(
            @DefaultValue("60s") Duration byDefault,
            @DefaultValue("60s") Duration longest) {

        private static final Duration SHORTEST = Duration.ofMillis(10);

        public Deadline {
            requireTime("evenkeel.deadline.longest", longest, SHORTEST, Duration.ofHours(1));
            requireTime("evenkeel.deadline.by-default", byDefault, SHORTEST, longest);
        }
    }

    /**
     * What becomes of requests that nodes stall or die of.
     *
     * @param refusedFor a request that was on two nodes which stalled or died is refused for so long, and so are its copies;
     *     default 60s, from 0s, which is not at all, to 1h
     * @param remembered how many are remembered; default 1000, from 1 to 100000, each some 300 bytes
     */
    public record Poison(
            @DefaultValue("60s") Duration refusedFor,
            @DefaultValue("1000") int remembered) {

        public Poison {
            requireTime("evenkeel.poison.refused-for", refusedFor, Duration.ZERO, Duration.ofHours(1));
            requireNumber("evenkeel.poison.remembered", remembered, 1, 100_000);
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
