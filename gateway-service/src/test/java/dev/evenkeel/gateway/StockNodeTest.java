package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.load.NodeState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Nodes that know nothing of Evenkeel: Spring Boot applications with the actuator that everybody has. */
@TestPropertySource(
        properties = {
            // a machine that is short of CPU looks like a stall
            "evenkeel.balancer.max-ejected=0",
            // the second application may start long after the first
            "evenkeel.balancer.slow-start=0s",
        })
class StockNodeTest extends GatewayFixture {

    private static final int CLIENTS = 24;
    private static final int REQUESTS_EACH = 40;

    /** An application on four cores; only what its machine says is made up. */
    @EnableAutoConfiguration
    static class StockApplication {

        final AtomicInteger received = new AtomicInteger();
        final AtomicBoolean healthy = new AtomicBoolean(true);

        @Bean
        RouterFunction<ServerResponse> model() {
            return RouterFunctions.route()
                    .POST("/v2/models/plain/infer", _ -> {
                        received.incrementAndGet();
                        return Mono.delay(Duration.ofMillis(20))
                                .then(ServerResponse.ok().bodyValue("{\"plain\":1}"));
                    })
                    .build();
        }

        @Bean
        HealthIndicator switchable() {
            return () -> (healthy.get() ? Health.up() : Health.down()).build();
        }

        @Bean
        ProcessorMetrics cpu(@Value("${others}") double others) {
            return new ProcessorMetrics() {
                @Override
                public void bindTo(MeterRegistry meters) {
                    Gauge.builder("system.cpu.count", () -> 4).register(meters);
                    Gauge.builder("process.cpu.usage", () -> 0.2).register(meters);
                    Gauge.builder("system.cpu.usage", () -> 0.2 + others).register(meters);
                }
            };
        }
    }

    private final List<ConfigurableApplicationContext> applications = new ArrayList<>();

    @AfterEach
    void close() {
        applications.forEach(ConfigurableApplicationContext::close);
    }

    @Test
    void aNodeWithTwiceTheFreeCoresGetsTwiceTheRequestsAndOneThatIsNotHealthyNone() throws Exception {
        StockApplication half = start("half", 0.5);
        StockApplication quarter = start("quarter", 0.75);
        assertThat(endpoint("half").workRate()).isEqualTo(2e6);
        assertThat(endpoint("quarter").workRate()).isEqualTo(1e6);
        assertThat(sendOne().body()).isEqualTo("{\"plain\":1}");
        assertThat(get("/v1/models").body()).contains("\"id\":\"plain\"");

        int before = half.received.get() + quarter.received.get();
        sendConcurrently();
        double ratio = (double) half.received.get() / quarter.received.get();
        assertThat(half.received.get() + quarter.received.get() - before).isEqualTo(CLIENTS * REQUESTS_EACH);
        // 16 of the 24 that are under way at any time, but for what rounding and unlike latencies do
        assertThat(ratio).as("share of the faster one").isBetween(1.6, 2.5);

        half.healthy.set(false);
        await("the gateway has heard it", () -> endpoint("half").state() != NodeState.UP);
        int then = half.received.get();
        for (int i = 0; i < 20; i++) {
            assertThat(sendOne().statusCode()).isEqualTo(200);
        }
        assertThat(half.received.get()).isEqualTo(then);
        half.healthy.set(true);
        await("it is used again", () -> {
            sendOne();
            return half.received.get() > then;
        });
    }

    /** @param others share of the CPU that its neighbours use */
    private StockApplication start(String id, double others) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(StockApplication.class)
                .run(
                        "--spring.config.name=stock",
                        "--server.port=0",
                        "--others=" + others,
                        "--eureka.client.enabled=false",
                        "--spring.cloud.discovery.enabled=false",
                        "--spring.cloud.gateway.server.webflux.enabled=false",
                        "--spring.main.banner-mode=off",
                        "--management.endpoints.web.exposure.include=health,metrics");
        applications.add(context);
        URI address = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
        registry.listed.add(new Node(id, id, address, address, Set.of("plain")));
        nodes.refresh();
        await(
                "the gateway knows " + id,
                () -> endpoint(id).state() == NodeState.UP && endpoint(id).serves("plain"));
        return context.getBean(StockApplication.class);
    }

    private void sendConcurrently() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(() -> {
                    for (int j = 0; j < REQUESTS_EACH; j++) {
                        assertThat(sendOne().statusCode()).isEqualTo(200);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private HttpResponse<String> sendOne() throws Exception {
        return post("/v2/models/plain/infer", "{\"inputs\":[]}");
    }

    private Endpoint endpoint(String id) {
        return fleet.find(id).orElseThrow();
    }
}
