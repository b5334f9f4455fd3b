package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;

/** Many requests, of whose clients three in ten leave before they are answered: nothing is left of any. */
@ExtendWith(OutputCaptureExtension.class)
class ManyRequestsTest extends GatewayFixture {

    private static final int CLIENTS = 16;

    /** What allocators take at once and keep for later: some chunks, for as many threads. */
    private static final long SLACK = 16L << 20;

    private static final String POST = "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nContent-Length: "
            + OPENAI_BODY.length() + "\r\n\r\n" + OPENAI_BODY;

    private static final ResourceLeakDetector.Level USUAL = ResourceLeakDetector.getLevel();

    @BeforeAll
    static void watchBuffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterAll
    static void watchBuffersAsUsual() {
        ResourceLeakDetector.setLevel(USUAL);
    }

    @Test
    void nothingIsLeftOfRequestsWhoseClientsLeave(CapturedOutput output) throws Exception {
        assertNothingIsLeft(1_500, output);
    }

    @Test
    @Tag("faults")
    void nothingIsLeftOfAHundredThousand(CapturedOutput output) throws Exception {
        assertNothingIsLeft(100_000, output);
    }

    private void assertNothingIsLeft(int requests, CapturedOutput output) throws Exception {
        for (String name : List.of("a", "b")) {
            ScriptedNode node = addNode(name + "-" + System.identityHashCode(this));
            node.behaviour = (request, response) ->
                    Mono.delay(Duration.ofMillis(5)).then(Mono.defer(() -> Mono.from(node.answer(request, response))));
        }
        send(requests / 3);
        long before = directMemory();
        send(requests);
        await("nothing is outstanding", () -> outstanding() == 0);
        await("no attempt is under way", () -> node(0).inside() + node(1).inside() == 0);
        assertThat(directMemory() - before).as("bytes more than before").isLessThan(SLACK);
        // a leak is told when its buffer was collected and another one is taken
        System.gc();
        get("/v1/models");
        get("/v1/models");
        assertThat(output)
                .doesNotContain("LEAK:")
                .doesNotContain("failed in the gateway")
                .doesNotContain("onErrorDropped");
    }

    /** Each by a connection of its own if its client leaves, and by one that is kept if it stays. */
    private void send(int requests) throws Exception {
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.submit(() -> {
                    try (Socket kept = connect()) {
                        for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                            if (n % 10 < 3) {
                                connectAndSend(OPENAI_BODY).close();
                            } else {
                                write(kept, POST);
                                assertThat(readUntil(kept.getInputStream(), ScriptedNode.ANSWER))
                                        .startsWith("HTTP/1.1 200");
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        started.forEach(node -> node.received.clear());
    }

    private static long directMemory() {
        long adaptive = ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider measured
                ? measured.metric().usedDirectMemory()
                : 0;
        return adaptive + PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }
}
