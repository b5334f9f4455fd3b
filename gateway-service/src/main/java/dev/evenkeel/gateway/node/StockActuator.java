package dev.evenkeel.gateway.node;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes a load report of what any Spring Boot application tells of itself: its health, and the CPU that it and the machine
 * use. It measures no work, so its cores that nobody else uses stand for its speed. A metric that is not exposed is not
 * stated.
 */
final class StockActuator {

    /**
     * Two shares of CPU that were not measured over the same moments are subtracted, each over the time since the last
     * question only: one reading is off by as much as the node's own load swings.
     */
    private static final double WEIGHT = 0.3;

    private static final String SYSTEM = "system.cpu.usage";
    private static final String PROCESS = "process.cpu.usage";
    private static final String COUNT = "system.cpu.count";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** By node id, the cores that nobody else uses, smoothed. */
    private final Map<String, Double> free = new ConcurrentHashMap<>();

    private final AtomicLong seq = new AtomicLong();

    /** The node's report. */
    Mono<LoadReport> ask(HttpClient http, Node node) {
        Mono<NodeState> state =
                http.get().uri(node.management().resolve("/actuator/health")).responseSingle(StockActuator::state);
        Mono<Map<String, Double>> metrics = Flux.just(SYSTEM, PROCESS, COUNT)
                .flatMap(name -> metric(http, node, name).map(value -> Map.entry(name, value)))
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
        return state.zipWith(metrics, (is, known) -> report(node, is, known));
    }

    /** The node is not there any more. */
    void forget(String id) {
        free.remove(id);
    }

    /** Health answers 200 for what may be used. */
    private static Mono<NodeState> state(HttpClientResponse response, ByteBufMono body) {
        int status = response.status().code();
        if (status != 200 && status != 503) {
            return Mono.error(new Actuator.Unusable("its /actuator/health answered " + response.status(), null));
        }
        return body.asString()
                .defaultIfEmpty("")
                .map(text -> status == 200
                        ? NodeState.UP
                        : text.contains("\"OUT_OF_SERVICE\"") ? NodeState.DRAINING : NodeState.WARMING);
    }

    private static Mono<Double> metric(HttpClient http, Node node, String name) {
        return http.get()
                .uri(node.management().resolve("/actuator/metrics/" + name))
                .responseSingle((response, body) ->
                        response.status().code() == 200 ? body.asString().flatMap(StockActuator::value) : Mono.empty());
    }

    /** {@code {"measurements":[{"statistic":"VALUE","value":0.25}],...}}; nothing when it is no such number. */
    private static Mono<Double> value(String text) {
        try {
            JsonNode value = JSON.readTree(text).path("measurements").path(0).path("value");
            return value.isNumber() && value.asDouble() >= 0 ? Mono.just(value.asDouble()) : Mono.empty();
        } catch (JacksonException _) {
            return Mono.empty();
        }
    }

    private LoadReport report(Node node, NodeState state, Map<String, Double> known) {
        double count = known.getOrDefault(COUNT, Double.NaN);
        double process = Math.min(1, known.getOrDefault(PROCESS, Double.NaN));
        double others = Math.clamp(known.getOrDefault(SYSTEM, Double.NaN) - process, 0, 1);
        double coresFree = count * (1 - others);
        if (!Double.isNaN(coresFree)) {
            coresFree = free.merge(node.id(), coresFree, (before, next) -> before + WEIGHT * (next - before));
        }
        return new LoadReport(
                process,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                state,
                coresFree,
                count - coresFree < 0 ? 0 : count - coresFree,
                Double.NaN,
                0,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                seq.incrementAndGet());
    }
}
