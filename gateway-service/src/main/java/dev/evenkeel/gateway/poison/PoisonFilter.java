package dev.evenkeel.gateway.poison;

import dev.evenkeel.gateway.flow.Flow;
import java.time.Duration;
import java.util.Objects;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Turns condemned requests away at the door, and has copies of one that is being tried wait for what becomes of it. */
public final class PoisonFilter implements GlobalFilter {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Suspects suspects;

    public PoisonFilter(Suspects suspects) {
        this.suspects = suspects;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Flow flow = Objects.requireNonNull(Flow.of(exchange), "the route stage comes first");
        return switch (suspects.entrance(flow)) {
            case OPEN -> chain.filter(exchange);
            case WAIT -> Mono.delay(LOOK_AGAIN).then(Mono.defer(() -> filter(exchange, chain)));
            case REFUSED -> Mono.error(suspects.refusal());
        };
    }
}
