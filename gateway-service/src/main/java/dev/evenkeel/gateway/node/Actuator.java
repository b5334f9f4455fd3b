package dev.evenkeel.gateway.node;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks a node how it is, at its {@code /actuator/load}. */
final class Actuator {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * What a node said.
     *
     * @param status as it was sent
     * @param report the load report that was in it
     */
    record Told(NodeStatus status, LoadReport report) {}

    /** An answer that cannot be used. */
    static final class Unusable extends IllegalStateException {

        private static final long serialVersionUID = 1;

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private Actuator() {}

    /** Its word; empty when it has no such place, an {@link Unusable} error when it says something else. */
    static Mono<Told> ask(HttpClient http, Node node) {
        return http.get()
                .uri(node.management().resolve("/actuator/load"))
                .responseSingle((response, body) -> text(response, body).map(Actuator::told));
    }

    private static Mono<String> text(HttpClientResponse response, ByteBufMono body) {
        return switch (response.status().code()) {
            case 200 -> body.asString();
            case 404 -> Mono.empty();
            default -> Mono.error(new Unusable("answered " + response.status(), null));
        };
    }

    private static Told told(String text) {
        NodeStatus status;
        try {
            status = JSON.readValue(text, NodeStatus.class);
        } catch (JacksonException e) {
            throw new Unusable("its /actuator/load cannot be read: " + e.getOriginalMessage(), e);
        }
        Optional<LoadReport> report = OrcaText.decode(status.load());
        return new Told(
                status, report.orElseThrow(() -> new Unusable("its load report is malformed: " + status.load(), null)));
    }
}
