package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.load.Headers;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * Picks, sends, and on a failure of the node picks another, up to a number of attempts. An answer of known length up
 * to a limit is taken whole before its first byte goes to the client: a node that dies in the middle of it costs an
 * attempt, not the request. What has taken its full time is not sent again: that would be the second heavy job.
 */
public final class ForwardFilter implements GlobalFilter {

    private static final byte[] NOTHING = {};

    private final Function<Flow, Pick> pick;
    private final BiPredicate<Endpoint, HttpHeaders> observe;
    private final Settings settings;

    /**
     * How often to try, and for how long.
     *
     * @param maxAttempts nodes that one request is sent to at most, &gt;= 1
     * @param maxWhole longest answer that is taken whole, in bytes; longer ones are passed on as they come
     * @param bodyTimeout how long the body of an answer that is taken whole may take after its headers
     */
    public record Settings(int maxAttempts, long maxWhole, Duration bodyTimeout) {}

    /** How one attempt went. */
    private sealed interface Attempt {

        /** The answer is good, and its body is on the heap. */
        record Whole(DataBuffer body) implements Attempt {}

        /** The answer is good, and too long to hold: its body is passed on from the connection further out. */
        record Streamed() implements Attempt {}

        /** The node answered that it could not. */
        record Refused(Outcome outcome) implements Attempt {}

        /** There is no answer. */
        record Failed(Throwable failure) implements Attempt {}
    }

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
            case Pick.NoneAvailable _ -> Mono.error(Failures.nobodyFor(flow));
        };
    }

    private Mono<Void> send(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        flow.sentWith(ticket);
        exchange.getAttributes()
                .put(
                        ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR,
                        at(ticket.endpoint().address(), exchange.getRequest().getURI()));
        return chain.filter(exchange)
                .then(Mono.defer(() -> take(exchange, ticket)))
                .onErrorResume(Failures::isOfNode, failure -> Mono.just(new Attempt.Failed(failure)))
                .flatMap(attempt -> switch (attempt) {
                    case Attempt.Whole(DataBuffer body) -> write(exchange, body);
                    case Attempt.Streamed() -> Mono.empty();
                    case Attempt.Refused(Outcome outcome) -> refused(exchange, chain, flow, outcome);
                    case Attempt.Failed(Throwable failure) -> failed(exchange, chain, flow, failure);
                });
    }

    /** The headers are there; takes the body too, when it is good and short. */
    private Mono<Attempt> take(ServerWebExchange exchange, Ticket ticket) {
        ServerHttpResponse response = exchange.getResponse();
        if (!observe.test(ticket.endpoint(), response.getHeaders())) {
            return Mono.error(new Failures.WrongInstance(ticket.endpoint()));
        }
        Outcome outcome = Failures.outcome(
                Objects.requireNonNull(response.getStatusCode()).value(), response.getHeaders());
        if (!(outcome instanceof Outcome.Success)) {
            return Mono.just(new Attempt.Refused(outcome));
        }
        Connection connection = exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
        long length = response.getHeaders().getContentLength();
        if (connection == null || length < 0 || length > settings.maxWhole()) {
            return Mono.just(new Attempt.Streamed());
        }
        return connection
                .inbound()
                .receive()
                .aggregate()
                .asByteArray()
                .defaultIfEmpty(NOTHING)
                .timeout(settings.bodyTimeout())
                .map(body -> new Attempt.Whole(DefaultDataBufferFactory.sharedInstance.wrap(body)));
    }

    /** The body is out of the connection, which is back in its pool: nothing is left there to stream. */
    private static Mono<Void> write(ServerWebExchange exchange, DataBuffer body) {
        exchange.getAttributes().remove(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
        return exchange.getResponse().writeWith(Mono.just(body));
    }

    /** Asks another node; the refusal stands if there is none. A full node's is tried elsewhere once. */
    private Mono<Void> refused(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Outcome outcome) {
        flow.complete(outcome);
        boolean overloaded = outcome instanceof Outcome.Overloaded;
        boolean isFinal = outcome instanceof Outcome.Cancelled || (overloaded && flow.wasRefused());
        if (overloaded) {
            flow.markRefused();
        }
        return !isFinal && next(flow) instanceof Pick.Picked(Ticket ticket)
                ? sendAgain(exchange, chain, flow, ticket)
                : Mono.empty();
    }

    private Mono<Void> failed(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Throwable failure) {
        flow.complete(Failures.outcome(failure));
        if (!Failures.isTimeout(failure) && next(flow) instanceof Pick.Picked(Ticket ticket)) {
            return sendAgain(exchange, chain, flow, ticket);
        }
        clear(exchange);
        return Mono.error(Failures.answerTo(flow, failure));
    }

    private Pick next(Flow flow) {
        return flow.tried().size() < settings.maxAttempts()
                ? pick.apply(flow)
                : new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);
    }

    private Mono<Void> sendAgain(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        clear(exchange);
        return send(exchange, chain, flow, ticket);
    }

    /** Takes back what the last attempt left in the exchange; nothing of it has gone out yet. */
    private static void clear(ServerWebExchange exchange) {
        ServerWebExchangeUtils.reset(exchange);
        exchange.getResponse().getHeaders().remove(Headers.NODE);
        exchange.getResponse().setStatusCode(null);
    }

    /** The request's own path and query, as they came: they are the client's business. */
    private static URI at(URI node, URI request) {
        String query = request.getRawQuery();
        return URI.create(node.getScheme() + "://" + node.getRawAuthority() + request.getRawPath()
                + (query == null ? "" : "?" + query));
    }
}
