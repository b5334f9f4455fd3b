package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.gateway.flow.Flow;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Ends a request whose time is over and whose answer has not begun, with 504. One timer for all its attempts, which have no time
 * limits of their own; an answer that is held until it is whole begins when it is.
 */
public final class DeadlineFilter implements GlobalFilter {

    private final LongSupplier nanoTime;

    public DeadlineFilter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Flow flow = Objects.requireNonNull(Flow.of(exchange), "the route stage comes first");
        Mono<Void> late = Mono.defer(() -> {
            // a client that is in a hurry must not take nodes out of rotation
            flow.complete(flow.terms().isHurried() ? new Outcome.Cancelled() : new Outcome.Timeout());
            return Mono.error(Failures.outOfTime(flow));
        });
        Duration left = flow.timeLeft(nanoTime.getAsLong());
        return left.isPositive() ? chain.filter(exchange).timeout(left, late) : late;
    }
}
