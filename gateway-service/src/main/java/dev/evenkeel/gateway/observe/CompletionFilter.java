package dev.evenkeel.gateway.observe;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.gateway.flow.Flow;
import java.util.function.Consumer;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.http.client.PrematureCloseException;

/**
 * Completes the ticket when the last byte of the answer is written, or nobody waits for it any more. It must come
 * before the filter that writes the response, or a request would count only until its headers.
 */
public final class CompletionFilter implements GlobalFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return chain.filter(exchange)
                .doOnError(failure -> ifRouted(exchange, flow -> flow.judge(verdict(failure))))
                .doFinally(signal -> ifRouted(exchange, flow -> flow.end(signal == SignalType.CANCEL)));
    }

    /** Attempts are judged where they happen. What fails out here is a streamed body, or none of the node's doing. */
    private static Outcome verdict(Throwable failure) {
        return failure instanceof PrematureCloseException
                ? new Outcome.Lost(new Cause.Broken())
                : new Outcome.Cancelled();
    }

    private static void ifRouted(ServerWebExchange exchange, Consumer<Flow> action) {
        Flow flow = Flow.of(exchange);
        if (flow != null) {
            action.accept(flow);
        }
    }
}
