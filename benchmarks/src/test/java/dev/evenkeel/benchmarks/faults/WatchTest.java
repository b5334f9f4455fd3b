package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final String HEALTH = """
            {"components": {"fleet": {"details": {"nodes": {"node-1": "UP", "node-2": "EJECTED"}}}}}""";

    @Test
    void aGatewayThatDidNotAnswerOnceIsRemembered() throws Exception {
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/actuator/health", exchange -> {
            byte[] body = HEALTH.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        gateway.start();
        try (Watch watch = new Watch(gateway.getAddress().getPort())) {
            assertThat(watch.states()).containsEntry("node-1", "UP").containsEntry("node-2", "EJECTED");
            assertThat(watch.wasInVain()).isFalse();

            gateway.stop(0);

            assertThatThrownBy(watch::states).isInstanceOf(IOException.class);
            assertThat(watch.wasInVain()).isTrue();
        }
    }
}
