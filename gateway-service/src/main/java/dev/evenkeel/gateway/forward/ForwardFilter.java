package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Flow;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * Picks, sends, and on a failure of the node picks another, up to a number of attempts. An answer of known length up
 * to a limit is taken whole before its first byte goes to the client: a node that dies in the middle of it costs an
 * attempt, not the request.
 */
public final class ForwardFilter implements GlobalFilter {

    private static final byte[] NOTHING = {};

    /** Told when no node can answer: a node that restarts is back in a few seconds. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Function<Flow, Pick> pick;
    private final BiPredicate<Endpoint, HttpHeaders> observe;
    private final Settings settings;

    /**
     * How often to try.
     *
     * @param maxAttempts nodes that one request is sent to at most, &gt;= 1
     * @param maxWhole longest answer that is taken whole, in bytes; longer ones are passed on as they come
     */
    public record Settings(int maxAttempts, long maxWhole) {}

    /**
     * The stage.
     *
     * @param pick where a request goes
     * @param observe takes the headers of an answer; false when it is not from the endpoint that was picked
     */
    public ForwardFilter(Function<Flow, Pick> pick, BiPredicate<Endpoint, HttpHeaders> observe, Settings settings) {
        this.pick = pick;
        this.observe = observe;
        this.settings = settings;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Flow flow = Objects.requireNonNull(Flow.of(exchange), "the route stage comes first");
        return switch (pick.apply(flow)) {
            case Pick.Picked(Ticket ticket) -> send(exchange, chain, flow, ticket);
            case Pick.NoneAvailable _ ->
                Mono.error(new ApiException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "no node that serves '" + flow.model() + "' can answer now",
                        RETRY_AFTER));
        };
    }

    private Mono<Void> send(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        flow.sentWith(ticket);
        exchange.getAttributes()
                .put(
                        ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
                        at(ticket.endpoint().address(), exchange.getRequest().getURI()));
        return chain.filter(exchange)
                .then(Mono.defer(() -> answer(exchange, chain, flow, ticket)))
                .onErrorResume(
                        failure -> Failures.isOfNode(failure),
                        failure -> sendElsewhere(exchange, chain, flow, Failures.outcome(failure), failure));
    }

    /** The headers are there. */
    private Mono<Void> answer(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        ServerHttpResponse response = exchange.getResponse();
        if (!observe.test(ticket.endpoint(), response.getHeaders())) {
            return Mono.error(new Failures.WrongInstance(ticket.endpoint()));
        }
        HttpStatus status = HttpStatus.resolve(
                Objects.requireNonNull(response.getStatusCode()).value());
        Outcome outcome = Failures.outcome(status, response.getHeaders());
        flow.judge(outcome);
        if (!(outcome instanceof Outcome.Success)) {
            return sendElsewhere(exchange, chain, flow, outcome, null);
        }
        return writeWhole(exchange);
    }

    /**
     * Ends the attempt and makes another.
     *
     * @param failure why there is no answer; null when there is one, which stands if no other node can be asked
     */
    private Mono<Void> sendElsewhere(
            ServerWebExchange exchange,
            GatewayFilterChain chain,
            Flow flow,
            Outcome outcome,
            @Nullable Throwable failure) {
        flow.complete(outcome);
        boolean last = flow.tried().size() >= settings.maxAttempts()
                || exchange.getResponse().isCommitted();
        Pick next = last ? new Pick.NoneAvailable(Pick.Reason.ALL_TRIED) : pick.apply(flow);
        return switch (next) {
            case Pick.Picked(Ticket ticket) -> {
                ServerWebExchangeUtils.reset(exchange);
                exchange.getResponse().setStatusCode(null);
                yield send(exchange, chain, flow, ticket);
            }
            case Pick.NoneAvailable _ when failure == null -> Mono.empty();
            case Pick.NoneAvailable _ -> {
                ServerWebExchangeUtils.reset(exchange);
                exchange.getResponse().setStatusCode(null);
                yield Mono.error(Failures.answerTo(flow, failure, RETRY_AFTER));
            }
        };
    }

    /** Takes the body out of the connection when it is short enough; what is left there is streamed further out. */
    private Mono<Void> writeWhole(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        Connection connection = exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
        long length = response.getHeaders().getContentLength();
        if (connection == null || length < 0 || length > settings.maxWhole()) {
            return Mono.empty();
        }
        return connection
                .inbound()
                .receive()
                .aggregate()
                .asByteArray()
                .defaultIfEmpty(NOTHING)
                .flatMap(body -> {
                    exchange.getAttributes().remove(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
                    return response.writeWith(Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(body)));
                });
    }

    private static URI at(URI node, URI request) {
        return UriComponentsBuilder.fromUri(request)
                .scheme(node.getScheme())
                .host(node.getHost())
                .port(node.getPort())
                .build(true)
                .toUri();
    }
}
