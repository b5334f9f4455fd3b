package dev.evenkeel.gateway.observe;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.gateway.flow.Flow;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Completes the ticket when the last byte of the answer is written, or nobody waits for it any more. It must come
 * before the filter that writes the response, or a request would count only until its headers.
 */
public final class CompletionFilter implements GlobalFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange).doFinally(signal -> {
            Flow flow = Flow.of(exchange);
            if (flow != null) {
                flow.complete(outcome(signal, flow));
            }
        });
    }

    private static Outcome outcome(SignalType signal, Flow flow) {
        return switch (signal) {
            case CANCEL -> new Outcome.Cancelled();
            case ON_ERROR -> new Outcome.Failure(true);
            default -> flow.verdict();
        };
    }
}
