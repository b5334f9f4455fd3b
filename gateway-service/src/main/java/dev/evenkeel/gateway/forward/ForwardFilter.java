package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.gateway.flow.Rescue;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.channel.AbortedException;

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

    /** How often a request on a lost node, with no other to go to, looks for one. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final Duration LOOK_SOON = Duration.ofMillis(20);

    /** Looks of the first kind, in the first two seconds. */
    private static final int SOON_LOOKS = 100;

    private final Picks picks;
    private final BiPredicate<Endpoint, HttpHeaders> observe;
    private final BiConsumer<Endpoint, String> cancel;
    private final Settings settings;
    private final LongSupplier nanoTime;

    /**
     * How often to try, and what to hold.
     *
     * @param maxAttempts nodes that one request is sent to at most, &gt;= 1
     * @param maxWhole longest answer that is taken whole, in bytes; longer ones are passed on as they come
     */
    public record Settings(int maxAttempts, long maxWhole) {}

    /**
     * Where a request goes.
     *
     * @param first when it comes in
     * @param again when its node failed
     * @param rescuer when its node was lost
     * @param hedges when its node takes long
     */
    public record Picks(
            Function<Flow, Pick> first, Function<Flow, Pick> again, Function<Flow, Rescue> rescuer, Hedges hedges) {}

    /** Which requests are sent to a second node while the first has not answered, and which one. */
    public interface Hedges {

        /** Nobody's. */
        Hedges NONE = new Hedges() {
            @Override
            public Optional<Duration> patience(Flow flow) {
                return Optional.empty();
            }

            @Override
            public Pick pick(Flow flow) {
                return new Pick.NoneAvailable(Pick.Reason.ALL_TRIED);
            }

            @Override
            public void answered(Flow flow, long nanos) {}
        };

        /** After what time; empty for never. */
        Optional<Duration> patience(Flow flow);

        /** Where it goes, that time being over. */
        Pick pick(Flow flow);

        /** An attempt was answered well, so many nanoseconds after it began. */
        void answered(Flow flow, long nanos);
    }

    private record Result(AttemptExchange own, Ticket ticket, Attempt attempt) {}

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
     * @param cancel tells the endpoint that nobody waits for what it knows by this id
     */
    public ForwardFilter(
            Picks picks,
            BiPredicate<Endpoint, HttpHeaders> observe,
            BiConsumer<Endpoint, String> cancel,
            Settings settings,
            LongSupplier nanoTime) {
        this.picks = picks;
        this.cancel = cancel;
        this.nanoTime = nanoTime;
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
        Mono<Result> first = attempt(exchange, chain, flow, ticket);
        Optional<Duration> patience = picks.hedges().patience(flow);
        return patience.map(time -> Mono.firstWithSignal(first, hedge(exchange, chain, flow, ticket, time)))
                .orElse(first)
                .flatMap(result -> switch (result.attempt) {
                    case Attempt.Whole(DataBuffer body) -> {
                        // how long the client takes to read it is none of the node's doing
                        flow.answering();
                        result.own.handOver();
                        yield exchange.getResponse()
                                .writeWith(Mono.just(body))
                                // the client has left, and this subscription with it: there is nobody to tell
                                .onErrorComplete(AbortedException.class);
                    }
                    case Attempt.Streamed() -> stream(flow, result.own);
                    case Attempt.Refused(Outcome outcome) -> refused(exchange, chain, flow, result.own, outcome);
                    case Attempt.Failed(Throwable failure) -> failed(exchange, chain, flow, result.ticket, failure);
                    case Attempt.Rescued(Ticket next) -> await(exchange, chain, flow, next);
                });
    }

    /** A second attempt beside the first, when that takes long and there is a node with nothing else to do. */
    private Mono<Result> hedge(
            ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket first, Duration patience) {
        return Mono.delay(patience)
                .flatMap(_ -> picks.hedges().pick(flow) instanceof Pick.Picked(Ticket second)
                        ? beside(exchange, chain, flow, first, second)
                        : Mono.never());
    }

    private Mono<Result> beside(
            ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket first, Ticket second) {
        if (flow.hedgeWith(first, second)) {
            return attempt(exchange, chain, flow, second);
        }
        second.complete(new Outcome.Cancelled());
        return Mono.never();
    }

    /** The attempt's result, unless the request was taken elsewhere first: nothing comes of it then. */
    private Mono<Result> attempt(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket) {
        String id = flow.attemptId();
        long start = nanoTime.getAsLong();
        long left = flow.timeLeft(start).toMillis();
        AttemptExchange own = new AttemptExchange(
                exchange,
                at(ticket.endpoint().address(), exchange.getRequest().getURI()),
                Map.of(Headers.REQUEST_ID, id, Headers.TIMEOUT, Long.toString(Math.max(1, left))));
        Mono<Optional<Attempt>> answer = chain.filter(own)
                .then(Mono.defer(() -> take(own, flow, ticket)))
                .onErrorResume(failure -> Mono.just(new Attempt.Failed(failure)))
                .flatMap(result -> {
                    if (isLeftToOther(flow, ticket, result)) {
                        own.abandon();
                        return Mono.just(Optional.<Attempt>empty());
                    }
                    if (!flow.settle(ticket)) {
                        own.abandon();
                        return Mono.never();
                    }
                    if (isGood(result)) {
                        picks.hedges().answered(flow, nanoTime.getAsLong() - start);
                    }
                    return Mono.just(Optional.of(result));
                })
                .doOnCancel(() -> {
                    own.abandon();
                    cancel.accept(ticket.endpoint(), id);
                });
        return Mono.firstWithSignal(answer, rescue(flow, ticket).map(Optional::of))
                .flatMap(attempt -> attempt.map(result -> Mono.just(new Result(own, ticket, result)))
                        .orElseGet(Mono::never));
    }

    private static boolean isGood(Attempt result) {
        return result instanceof Attempt.Whole || result instanceof Attempt.Streamed;
    }

    /** True for a failure while a hedge is under way: nothing comes of this attempt any more, and nobody has to look after it. */
    private static boolean isLeftToOther(Flow flow, Ticket ticket, Attempt result) {
        Outcome outcome = switch (result) {
            case Attempt.Refused(Outcome why) -> why;
            case Attempt.Failed(Throwable failure) when Failures.isOfNode(failure) -> Failures.outcome(failure);
            case Attempt.Failed _, Attempt.Whole _, Attempt.Streamed _, Attempt.Rescued _ -> new Outcome.Cancelled();
        };
        if (result instanceof Attempt.Failed(Throwable failure) && diedInside(failure, ticket)) {
            flow.lostOn(ticket.endpoint(), true);
        }
        return !isGood(result) && flow.leaveToOther(ticket, outcome);
    }

    /** One that leaves closes its connections, and has no harm in them. */
    private static boolean diedInside(Throwable failure, Ticket ticket) {
        return Failures.wasInside(failure) && ticket.endpoint().state() != NodeState.DRAINING;
    }

    /** The headers are there; takes the body too, when it is good and short. */
    private Mono<Attempt> take(AttemptExchange own, Flow flow, Ticket ticket) {
        ServerHttpResponse response = own.getResponse();
        if (!observe.test(ticket.endpoint(), response.getHeaders())) {
            own.abandon();
            return Mono.error(new Failures.WrongInstance(ticket.endpoint()));
        }
        Outcome outcome = Failures.outcome(
                Objects.requireNonNull(response.getStatusCode()).value(), response.getHeaders());
        if (outcome instanceof Outcome.Failure && ticket.endpoint().state() == NodeState.STALLED) {
            own.abandon();
            return Mono.error(new Failures.Stuck(ticket.endpoint()));
        }
        if (!(outcome instanceof Outcome.Success)) {
            return Mono.just(new Attempt.Refused(outcome));
        }
        long length = response.getHeaders().getContentLength();
        if (length < 0 || length > settings.maxWhole() || !flow.mayHold(length)) {
            return Mono.just(new Attempt.Streamed());
        }
        // copied piece by piece, on the connection's own thread: ByteBufFlux.aggregate (Reactor Netty 1.3.8) leaks when
        // the client leaves, on another thread, at the moment at which the last piece comes
        return own.takeBody()
                .collect(() -> ByteBuffer.allocate((int) length), (whole, part) -> whole.put(part.nioBuffer()))
                .map(whole -> new Attempt.Whole(DefaultDataBufferFactory.sharedInstance.wrap(whole.flip())));
    }

    /**
     * The request's place on another node, once its own is lost and there is another. On a thread of its own: who finds
     * out that a node is lost has others to tell.
     */
    private Mono<Attempt> rescue(Flow flow, Ticket ticket) {
        return Mono.<Boolean>create(lost -> ticket.onLost(() -> lost.success(true)))
                .publishOn(Schedulers.parallel())
                .flatMap(_ -> Mono.defer(() -> Mono.justOrEmpty(elsewhere(flow, ticket)))
                        .repeatWhenEmpty(ForwardFilter::lookAgain));
    }

    private Optional<Attempt> elsewhere(Flow flow, Ticket ticket) {
        // one that is heard again may answer yet
        if (!ticket.endpoint().ejection().isLost() || flow.isHedged(ticket)) {
            return Optional.empty();
        }
        flow.lostOn(ticket.endpoint(), ticket.endpoint().ejection().isDead());
        if (!flow.isOn(ticket)) {
            // the one beside it, which is lost too, takes the request elsewhere
            return Optional.empty();
        }
        return switch (picks.rescuer().apply(flow)) {
            case Rescue.To(Ticket next) -> {
                if (flow.rescue(ticket, next)) {
                    yield Optional.of(new Attempt.Rescued(next));
                }
                next.complete(new Outcome.Cancelled());
                yield Optional.empty();
            }
            case Rescue.Refused(ApiException why) ->
                flow.giveUp(ticket) ? Optional.of(new Attempt.Failed(why)) : Optional.empty();
            case Rescue.Later _, Rescue.Nowhere _ -> Optional.empty();
        };
    }

    /** Often at first: a place is free as soon as another that was rescued is answered. */
    private static Flux<Long> lookAgain(Flux<Long> looks) {
        return looks.concatMap(before -> Mono.delay(before < SOON_LOOKS ? LOOK_SOON : LOOK_AGAIN));
    }

    private static Mono<Void> stream(Flow flow, AttemptExchange own) {
        flow.answering();
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
        return stream(flow, own);
    }

    private Mono<Void> failed(
            ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Ticket ticket, Throwable failure) {
        if (!Failures.isOfNode(failure)) {
            return Mono.error(failure);
        }
        flow.complete(Failures.outcome(failure));
        if (!diedInside(failure, ticket)) {
            return again(exchange, chain, flow, failure);
        }
        return Mono.defer(() -> switch (picks.rescuer().apply(flow)) {
                    case Rescue.To(Ticket next) -> {
                        flow.moveTo(next);
                        yield Mono.just(await(exchange, chain, flow, next));
                    }
                    case Rescue.Later _ -> Mono.<Mono<Void>>empty();
                    case Rescue.Nowhere _ -> Mono.just(again(exchange, chain, flow, failure));
                    case Rescue.Refused(ApiException why) -> Mono.just(Mono.<Void>error(why));
                })
                .repeatWhenEmpty(ForwardFilter::lookAgain)
                .flatMap(Function.identity());
    }

    private Mono<Void> again(ServerWebExchange exchange, GatewayFilterChain chain, Flow flow, Throwable failure) {
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
