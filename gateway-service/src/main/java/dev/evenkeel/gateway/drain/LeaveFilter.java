package dev.evenkeel.gateway.drain;

import java.util.function.BooleanSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Closes each connection with its answer while the gateway leaves. A client that keeps its connection would send its last
 * request into nothing when the port closes.
 */
public final class LeaveFilter implements WebFilter {

    private final BooleanSupplier leaving;

    public LeaveFilter(BooleanSupplier leaving) {
        this.leaving = leaving;
    }

    /** Asked when the answer goes out: what was inside before is answered so too. */
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpResponse response = exchange.getResponse();
        response.beforeCommit(() -> {
            if (leaving.getAsBoolean()) {
                response.getHeaders().set(HttpHeaders.CONNECTION, "close");
            }
            return Mono.empty();
        });
        return chain.filter(exchange);
    }
}
