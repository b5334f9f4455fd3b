package dev.evenkeel.gateway.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/** On real connections. */
class NodeConnectionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
    private final DisposableServer node = HttpServer.create()
            .host("localhost")
            .port(0)
            .doOnConnection(connection -> accepted.add(connection.channel()))
            .route(routes -> routes.get("/", (_, response) -> response.sendString(Mono.just("ok"))))
            .bindNow();
    private final ConnectionProvider pool = ConnectionProvider.create("test", 1);
    private final Queue<InetSocketAddress> told = new ConcurrentLinkedQueue<>();
    private final HttpClient client = NodeConnections.watch(HttpClient.create(pool), told::add);

    @AfterEach
    void end() {
        pool.disposeLater().block(LIMIT);
        node.disposeNow(LIMIT);
    }

    @Test
    void whatTheNodeEndsWhileNothingIsUnderWayIsTold() {
        assertThat(ask()).isEqualTo("ok");
        assertThat(told).isEmpty();

        accepted.element().close().syncUninterruptibly();

        Awaitility.await().atMost(LIMIT).until(() -> !told.isEmpty());
        assertThat(told).hasSize(1);
        assertThat(told.element().getHostString()).isEqualTo("localhost");
        assertThat(told.element().getPort()).isEqualTo(node.port());
    }

    @Test
    void whatThisSideEndsIsNot() {
        assertThat(ask()).isEqualTo("ok");
        Channel first = accepted.element();

        pool.disposeLater().block(LIMIT);

        assertThat(first.closeFuture().awaitUninterruptibly(LIMIT.toMillis())).isTrue();
        assertThat(told).isEmpty();
    }

    private @Nullable String ask() {
        return client.get()
                .uri("http://localhost:" + node.port() + "/")
                .responseContent()
                .aggregate()
                .asString()
                .block(LIMIT);
    }
}
