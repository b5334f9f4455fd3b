package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.Flow;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;

/**
 * Picks, sends, and on a failure of the node picks another, up to a number of attempts. An answer of known length up
 * to a limit is taken whole before its first byte goes to the client: a node that dies in the middle of it costs an
 * attempt, not the request. What has taken its full time is not sent again: that would be the second heavy job.
 *
 * <p>A request whose node is lost while nothing of its answer has gone out is taken to another node, once. Its attempt is
 * given up only when there is one: a node that is paused may answer yet. Attempts do not meet: each has an
 * {@link AttemptExchange exchange of its own}, and the {@link Flow} decides which of an attempt's result and its rescue
 * came first.
 */
public final class ForwardFilter implements GlobalFilter {

    private static final byte[] NOTHING = {};

    /** How often a request on a lost node, with no other to go to, looks for one. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Picks picks;
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

    /**
     * Where a request goes.
     *
     * @param first when it comes in
     * @param again when its node failed
     * @param rescuer when its node was lost
     */
    public record Picks(Function<Flow, Pick> first, Function<Flow, Pick> again, Function<Flow, Pick> rescuer) {}

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

        /** Its node was lost, and the request has its place on another one. */
        record Rescued(Ticket next) implements Attempt {}
    }

    /**
     * The stage.
     *
     * @param observe takes the headers of an answer; false when it is not from the endpoint that was picked
     */
    public ForwardFilter(Picks picks, BiPredicate<Endpoint, HttpHeaders> observe, Settings settings) {
        this.picks = picks;
        this.observe = observe;
        this.settings = settings;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Flow flow = Objects.requireNonNull(Flow.of(exchange), "the route stage comes first");
        return switch (picks.first().apply(flow)) {
            case Pick.Picked(Ticket ticket) -> send(exchange, chain, flow, ticket);
            case Pick.Overloaded(Duration retryAfter) -> Mono.error(Failures.fleetIsFull(flow, retryAfter));
            case Pick.NoneAvailable _ -> Mono.error(Failures.nobodyFor(flow));
        };
    }

    private Mono<Void> send(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        flow.sentWith(ticket);
        return await(exchange, chain, flow, ticket);
    }

    private Mono<Void> await(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        AttemptExchange own = new AttemptExchange(
                exchange, at(ticket.endpoint().address(), exchange.getRequest().getURI()));
        return Mono.firstWithSignal(attempt(own, chain, flow, ticket), rescue(flow, ticket))
                .flatMap(attempt -> switch (attempt) {
                    case Attempt.Whole(DataBuffer body) -> {
                        own.handOver();
                        yield exchange.getResponse().writeWith(Mono.just(body));
                    }
                    case Attempt.Streamed() -> stream(own);
                    case Attempt.Refused(Outcome outcome) -> refused(exchange, chain, flow, own, outcome);
                    case Attempt.Failed(Throwable failure) -> failed(exchange, chain, flow, failure);
                    case Attempt.Rescued(Ticket next) -> await(exchange, chain, flow, next);
                });
    }

    /** The attempt's result, unless the request was taken elsewhere first: nothing comes of it then. */
    private Mono<Attempt> attempt(AttemptExchange own, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        return chain.filter(own)
                .then(Mono.defer(() -> take(own, ticket)))
                .onErrorResume(failure -> Mono.just(new Attempt.Failed(failure)))
                .flatMap(result -> {
                    if (flow.settle(ticket)) {
                        return Mono.just(result);
                    }
                    own.abandon();
                    return Mono.never();
                })
                .doOnCancel(own::abandon);
    }

    /** The headers are there; takes the body too, when it is good and short. */
    private Mono<Attempt> take(AttemptExchange own, Ticket ticket) {
        ServerHttpResponse response = own.getResponse();
        if (!observe.test(ticket.endpoint(), response.getHeaders())) {
            own.abandon();
            return Mono.error(new Failures.WrongInstance(ticket.endpoint()));
        }
        Outcome outcome = Failures.outcome(
                Objects.requireNonNull(response.getStatusCode()).value(), response.getHeaders());
        if (!(outcome instanceof Outcome.Success)) {
            return Mono.just(new Attempt.Refused(outcome));
        }
        long length = response.getHeaders().getContentLength();
        if (length < 0 || length > settings.maxWhole()) {
            return Mono.just(new Attempt.Streamed());
        }
        return ByteBufFlux.fromInbound(own.takeBody())
                .aggregate()
                .asByteArray()
                .defaultIfEmpty(NOTHING)
                .timeout(settings.bodyTimeout())
                .map(body -> new Attempt.Whole(DefaultDataBufferFactory.sharedInstance.wrap(body)));
    }

    /**
     * The request's place on another node, once its own is lost and there is another. On a thread of its own: who finds
     * out that a node is lost has others to tell.
     */
    private Mono<Attempt> rescue(Flow flow, Ticket ticket) {
        return flow.wasRescued()
                ? Mono.never()
                : Mono.<Boolean>create(lost -> ticket.onLost(() -> lost.success(true)))
                        .publishOn(Schedulers.parallel())
                        .flatMap(_ -> Mono.defer(() -> Mono.justOrEmpty(elsewhere(flow, ticket)))
                                .repeatWhenEmpty(looks -> looks.delayElements(LOOK_AGAIN)))
                        .map(Attempt.Rescued::new);
    }

    private Optional<Ticket> elsewhere(Flow flow, Ticket ticket) {
        // one that is heard again may answer yet
        boolean isLost = ticket.endpoint().ejection().isLost();
        if (!isLost || !(picks.rescuer().apply(flow) instanceof Pick.Picked(Ticket next))) {
            return Optional.empty();
        }
        if (flow.rescue(ticket, next)) {
            return Optional.of(next);
        }
        next.complete(new Outcome.Cancelled());
        return Optional.empty();
    }

    private static Mono<Void> stream(AttemptExchange own) {
        own.handOverStreaming();
        return Mono.empty();
    }

    /** Asks another node; the refusal stands if there is none. A full node's is tried elsewhere once. */
    private Mono<Void> refused(
            ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, AttemptExchange own, Outcome outcome) {
        flow.complete(outcome);
        boolean overloaded = outcome instanceof Outcome.Overloaded;
        boolean isFinal = outcome instanceof Outcome.Cancelled || (overloaded && flow.wasRefused());
        if (overloaded) {
            flow.markRefused();
        }
        if (!isFinal && next(flow) instanceof Pick.Picked(Ticket ticket)) {
            own.abandon();
            return send(exchange, chain, flow, ticket);
        }
        return stream(own);
    }

    private Mono<Void> failed(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Throwable failure) {
        if (!Failures.isOfNode(failure)) {
            return Mono.error(failure);
        }
        flow.complete(Failures.outcome(failure));
        return !Failures.isTimeout(failure) && next(flow) instanceof Pick.Picked(Ticket ticket)
                ? send(exchange, chain, flow, ticket)
                : Mono.error(Failures.answerTo(flow, failure));
    }

    private Pick next(Flow flow) {
        return flow.attempts() < settings.maxAttempts()
                ? picks.again().apply(flow)
                : new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);
    }

    /** The request's own path and query, as they came: they are the client's business. */
    private static URI at(URI node, URI request) {
        String query = request.getRawQuery();
        return URI.create(node.getScheme() + "://" + node.getRawAuthority() + request.getRawPath()
                + (query == null ? "" : "?" + query));
    }
}
