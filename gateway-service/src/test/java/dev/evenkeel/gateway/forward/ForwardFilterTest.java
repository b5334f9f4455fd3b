package dev.evenkeel.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.gateway.flow.Rescue;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;

/** Attempts that meet: what an answer and a rescue do that come at the same moment. */
class ForwardFilterTest {

    private static final String FROM = "X-From";

    /** An attempt as the routing filter sees it: it may write into its exchange at any time, on any thread. */
    private static final class Attempt {

        private final String node;
        private final ServerWebExchange exchange;
        private final Connection connection = Connection.from(new EmbeddedChannel());
        private final Sinks.Empty<Void> headers = Sinks.empty();

        Attempt(ServerWebExchange exchange) {
            URI url = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
            this.node = url.getHost();
            this.exchange = exchange;
        }

        /** The headers of a long answer arrive. */
        void answer() {
            exchange.getAttributes().put(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR, connection);
            exchange.getResponse().setStatusCode(HttpStatus.OK);
            exchange.getResponse().getHeaders().add(FROM, node);
            headers.tryEmitEmpty();
        }

        boolean isOpen() {
            return connection.channel().isOpen();
        }
    }

    private final Map<String, Attempt> attempts = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private final Fleet fleet = new Fleet();
    private final Balancer balancer =
            new Balancer(fleet, Policies.create("round-robin", new SplittableRandom(1)), clock::incrementAndGet);
    private final ForwardFilter filter = new ForwardFilter(
            new ForwardFilter.Picks(this::pick, this::pick, this::rescue, ForwardFilter.Hedges.NONE),
            (_, _) -> true,
            (_, _) -> {},
            new ForwardFilter.Settings(3, 1_000),
            clock::incrementAndGet);
    private final GatewayFilterChain chain = exchange -> {
        Attempt attempt = new Attempt(exchange);
        attempts.put(attempt.node, attempt);
        return attempt.headers.asMono();
    };

    private MockServerWebExchange exchange;
    private Flow flow;

    @BeforeEach
    void twoNodes() {
        fleet.update(List.of(), this::endpoint);
        fleet.update(List.of("a", "b"), this::endpoint);
        exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/v1/embeddings"));
        flow = new Flow("m", 7);
        flow.attachTo(exchange);
        attempts.clear();
    }

    @Test
    void whatAnAttemptWritesAfterItWasGivenUpReachesNobody() {
        Mono<Void> answered = filter.filter(exchange, chain);
        CountDownLatch done = new CountDownLatch(1);
        answered.subscribe(_ -> {}, _ -> {}, done::countDown);
        Attempt first = attempts.values().iterator().next();
        lose(first.node);
        Attempt second = awaitOther(first);
        first.answer();
        assertThat(first.isOpen()).as("nobody reads it").isFalse();
        assertThat(exchange.getResponse().getHeaders().containsHeader(FROM)).isFalse();
        second.answer();
        Awaitility.await().until(() -> done.getCount() == 0);
        assertAnsweredBy(second);
    }

    @Test
    void whatAnAttemptWritesWhileTheRequestIsTakenElsewhereReachesNobody() {
        Disposable answered = filter.filter(exchange, chain).subscribe();
        Attempt first = attempts.values().iterator().next();
        first.exchange.getAttributes().put(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR, first.connection);
        first.exchange.getResponse().setStatusCode(HttpStatus.BAD_GATEWAY);
        first.exchange.getResponse().getHeaders().add("X-Half", "written");
        lose(first.node);
        Attempt second = awaitOther(first);
        assertThat(first.isOpen()).as("its body has no reader yet").isFalse();
        second.answer();
        Awaitility.await().until(answered::isDisposed);
        assertAnsweredBy(second);
        assertThat(exchange.getResponse().getHeaders().containsHeader("X-Half")).isFalse();
    }

    @Test
    void withoutAnotherNodeTheAttemptGoesOn() {
        Disposable answered = filter.filter(exchange, chain).subscribe();
        Attempt only = attempts.values().iterator().next();
        String other = only.node.equals("a") ? "b" : "a";
        lose(other);
        lose(only.node);
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> attempts.size() == 1 && !answered.isDisposed());
        only.answer();
        Awaitility.await().until(answered::isDisposed);
        assertAnsweredBy(only);
    }

    /** One of the two happens, whole, and no ticket and no connection is left over. */
    @Test
    void anAnswerAndARescueAtTheSameMoment() throws Exception {
        int rounds = 500;
        for (int round = 0; round < rounds; round++) {
            twoNodes();
            Disposable answered = filter.filter(exchange, chain).subscribe();
            Attempt first = attempts.values().iterator().next();
            CyclicBarrier together = new CyclicBarrier(2);
            Thread answers = Thread.ofPlatform().start(() -> {
                meet(together);
                first.answer();
            });
            meet(together);
            lose(first.node);
            answers.join();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(1))
                    .pollDelay(Duration.ZERO)
                    .until(() -> answered.isDisposed() || attempts.size() == 2);
            if (attempts.size() == 2) {
                Attempt second = awaitOther(first);
                second.answer();
                Awaitility.await().pollDelay(Duration.ZERO).until(() -> !first.isOpen());
                Awaitility.await().pollDelay(Duration.ZERO).until(answered::isDisposed);
                assertAnsweredBy(second);
            } else {
                assertAnsweredBy(first);
            }
        }
    }

    /** Whichever comes first, the client's leaving or the rescue: nothing is counted in the end. */
    @Test
    void aClientThatLeavesWhileItsRequestIsRescued() throws Exception {
        for (int round = 0; round < 500; round++) {
            twoNodes();
            Flow left = flow;
            Disposable answered = filter.filter(exchange, chain)
                    .doFinally(_ -> left.end(true))
                    .subscribe();
            Attempt first = attempts.values().iterator().next();
            CyclicBarrier together = new CyclicBarrier(2);
            Thread leaves = Thread.ofPlatform().start(() -> {
                meet(together);
                answered.dispose();
            });
            meet(together);
            lose(first.node);
            leaves.join();
            awaitNothingOutstanding();
        }
    }

    private Pick pick(Flow sent) {
        return balancer.pick(request(sent));
    }

    private Rescue rescue(Flow sent) {
        return balancer.pickInRotation(request(sent)) instanceof Pick.Picked(Ticket ticket)
                ? new Rescue.To(ticket)
                : new Rescue.Nowhere();
    }

    private static Request request(Flow sent) {
        return new Request(sent.model(), sent.work(), sent.tried());
    }

    private void assertAnsweredBy(Attempt attempt) {
        assertThat(exchange.getResponse().getHeaders().get(FROM)).containsExactly(attempt.node);
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(exchange.<Connection>getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR))
                .isSameAs(attempt.connection);
        assertThat(attempt.isOpen()).isTrue();
        flow.end(false);
        awaitNothingOutstanding();
    }

    /** A rescue that came too late may be holding the place that it took, for a moment. */
    private void awaitNothingOutstanding() {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .pollDelay(Duration.ZERO)
                .until(() -> outstanding() == 0);
    }

    private int outstanding() {
        return fleet.endpoints().stream().mapToInt(Endpoint::ownRequests).sum();
    }

    private Attempt awaitOther(Attempt first) {
        String other = first.node.equals("a") ? "b" : "a";
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .pollDelay(Duration.ZERO)
                .until(() -> attempts.containsKey(other));
        return Objects.requireNonNull(attempts.get(other));
    }

    private void lose(String id) {
        long now = clock.incrementAndGet();
        fleet.find(id).orElseThrow().ejection().onLoss(new Cause.Silent(Duration.ofMillis(550)), now, now);
    }

    private Endpoint endpoint(String id) {
        Endpoint endpoint = new Endpoint(id, URI.create("http://" + id), Ejection.Settings.DEFAULT);
        endpoint.announce(Set.of("m"));
        endpoint.report(new LoadReport(0, 0, 0, 0, NodeState.UP, 1, 0, 0, 0, 0, 1e6, 1, 1), 1);
        return endpoint;
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
