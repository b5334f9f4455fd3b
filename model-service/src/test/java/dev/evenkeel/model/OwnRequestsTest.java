package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.model.api.OwnRequests;
import dev.evenkeel.model.health.NodeLifecycle;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.EngineKind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What a node asks itself before it says that it is ready. */
@ExtendWith(OutputCaptureExtension.class)
class OwnRequestsTest {

    private static final Path FOLDERS = Path.of("src/test/resources/models").toAbsolutePath();

    private static final ModelCard EMBEDDER = new ModelCard(
            "embedder",
            "1",
            List.of(),
            Task.EMBEDDING,
            EngineKind.PYTORCH,
            128,
            8,
            256,
            4,
            List.of(),
            List.of(),
            List.of());

    private final AtomicLong cpu = new AtomicLong();
    private final AtomicLong time = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void aReadyNodeHasAnsweredItselfWithEachOfItsModelsAndNoClientIsCounted(CapturedOutput log) {
        try (ConfigurableApplicationContext node = start("1s")) {
            NodeLifecycle lifecycle = node.getBean(NodeLifecycle.class);
            await().atMost(Duration.ofMinutes(2)).until(() -> lifecycle.state() == NodeState.UP);
            MeterRegistry meters = node.getBean(MeterRegistry.class);
            assertThat(node.getBean(Inference.class).models())
                    .extracting(ModelCard::task)
                    .containsExactlyInAnyOrder(Task.values());
            assertThat(node.getBean(Inference.class).models())
                    .allSatisfy(model -> assertThat(predictions(meters, model))
                            .as(model.name())
                            .isGreaterThan(10));
            assertThat(meters.find("evenkeel.requests").timers()).isEmpty();
            assertThat(log).doesNotContain("could not warm itself");
        }
    }

    @Test
    void aNodeThatIsToldToStopWhileItAsksItselfDoesNotGoOn(CapturedOutput log) {
        ConfigurableApplicationContext node = start("5m");
        NodeLifecycle lifecycle = node.getBean(NodeLifecycle.class);
        MeterRegistry meters = node.getBean(MeterRegistry.class);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> node.getBean(Inference.class).models().stream()
                        .anyMatch(model -> predictions(meters, model) > 0));
        assertThat(lifecycle.state()).isEqualTo(NodeState.WARMING);
        assertThat(CompletableFuture.runAsync(node::close)).succeedsWithin(Duration.ofSeconds(20));
        assertThat(log).doesNotContain("Ready:").doesNotContain("could not warm itself");
    }

    @Test
    void itEndsWhenTheProcessHasUsedItsCpuTime() throws IOException {
        send(200, () -> cpu.addAndGet(Duration.ofMillis(10).toNanos()), time::get);
        assertThat(asked).hasValueBetween(80, 100);
    }

    @Test
    void aProcessThatGetsNoCpuEndsAfterTenTimesThatByTheClock() throws IOException {
        send(200, cpu::get, () -> time.addAndGet(Duration.ofMillis(100).toNanos()));
        assertThat(asked).hasValueBetween(80, 100);
    }

    @Test
    void anErrorEndsItWithAWarningThatNamesWhatWasAnswered(CapturedOutput log) throws IOException {
        send(500, cpu::get, time::get);
        assertThat(asked).hasValueBetween(1, 5);
        assertThat(log).contains("WARN", "/v1/embeddings is answered by 500: {}");
    }

    /** To a server that answers everything so. */
    private void send(int status, LongSupplier cpuNanos, LongSupplier nanoTime) throws IOException {
        byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            new OwnRequests(address, 5, cpuNanos, nanoTime).send(List.of(EMBEDDER), Duration.ofSeconds(1), () -> true);
        } finally {
            server.stop(0);
        }
    }

    private static long predictions(MeterRegistry meters, ModelCard model) {
        Timer timer =
                meters.find("evenkeel.predict.time").tag("model", model.name()).timer();
        return timer == null ? 0 : timer.count();
    }

    /** A model of every task. */
    private static ConfigurableApplicationContext start(String warmUp) {
        return new SpringApplicationBuilder(ModelServiceApplication.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--management.server.port=-1",
                        "--eureka.client.enabled=false",
                        "--evenkeel.weights-dir=target/weights",
                        "--evenkeel.node-name=test",
                        "--evenkeel.drain.notice=0s",
                        "--evenkeel.warm-up=" + warmUp,
                        "--evenkeel.models[0].name=minibag-embed-256",
                        "--evenkeel.models[0].url=classpath:/models/minibag-embed-256/",
                        "--evenkeel.models[0].task=embedding",
                        "--evenkeel.models[1].name=clinc150-intent",
                        "--evenkeel.models[1].url=classpath:/models/clinc150-intent/",
                        "--evenkeel.models[1].task=classification",
                        "--evenkeel.models[2].name=mixer-onnx",
                        "--evenkeel.models[2].url="
                                + FOLDERS.resolve("mixer-onnx").toUri(),
                        "--evenkeel.models[2].task=tensor",
                        "--evenkeel.models[3].name=ranker",
                        "--evenkeel.models[3].url="
                                + FOLDERS.resolve("cross-encoder").toUri(),
                        "--evenkeel.models[3].task=rerank",
                        "--evenkeel.models[3].engine=onnxruntime");
    }
}
