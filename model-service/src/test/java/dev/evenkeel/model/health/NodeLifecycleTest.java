package dev.evenkeel.model.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class NodeLifecycleTest {

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch warm = new CountDownLatch(1);
    private final Semaphore registryAnswers = new Semaphore(1);
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    private final Registry registry = new Registry() {
        @Override
        public void up() {
            registryAnswers.acquireUninterruptibly();
            told.add("up");
        }

        @Override
        public void down() {
            told.add("down");
        }
    };

    @Test
    void aNodeWarmsThenServesThenDrainsWhileItStillServes() throws Exception {
        NodeLifecycle node = node(Duration.ofMillis(300));
        node.start();
        assertThat(node.state()).isEqualTo(NodeState.WARMING);
        assertThat(health(node)).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(told).isEmpty();
        warm.countDown();
        Awaitility.await().until(() -> told.contains("up"));
        assertThat(health(node)).isEqualTo(Status.UP);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::stop);
        Awaitility.await().until(() -> node.state() == NodeState.DRAINING);
        assertThat(stopped).as("the notice").isNotDone();
        assertThat(health(node)).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
        assertThat(told).containsExactly("up", "down");
    }

    @Test
    void aNodeThatIsStoppedWhileItWarmsNeverComesUp() {
        NodeLifecycle node = node(Duration.ofMinutes(1));
        node.start();
        node.stop();
        warm.countDown();
        Awaitility.await().during(Duration.ofMillis(100)).until(() -> node.state() == NodeState.DRAINING);
        assertThat(told).as("and nobody is kept waiting").containsExactly("down");
    }

    @Test
    void aStopWhileTheRegistryHearsOfTheUpIsHeardAfterIt() {
        registryAnswers.drainPermits();
        NodeLifecycle node = node(Duration.ZERO);
        node.start();
        warm.countDown();
        Awaitility.await().until(() -> node.state() == NodeState.UP);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::stop, Thread::startVirtualThread);
        Awaitility.await().during(Duration.ofMillis(50)).until(() -> !stopped.isDone());
        registryAnswers.release();
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
        assertThat(told).containsExactly("up", "down");
    }

    @Test
    void aNodeThatCannotWarmDoesNotStay() {
        NodeLifecycle node = new NodeLifecycle(
                () -> {
                    throw new IllegalStateException("no such model");
                },
                registry,
                Duration.ZERO,
                failure::complete);
        node.start();
        assertThat(failure).succeedsWithin(Duration.ofSeconds(10));
        assertThat(node.state()).isEqualTo(NodeState.WARMING);
    }

    /** The web server's graceful shutdown has the phase DEFAULT_PHASE - 1024; phases stop from the highest. */
    @Test
    void itStopsBeforeTheWebServer() {
        assertThat(node(Duration.ZERO).getPhase()).isGreaterThan(Integer.MAX_VALUE - 1024);
    }

    private NodeLifecycle node(Duration notice) {
        return new NodeLifecycle(
                () -> {
                    warm.await();
                    return "ready";
                },
                registry,
                notice,
                failure::complete);
    }

    private static Status health(NodeLifecycle node) {
        return new NodeHealth(node::state).health().getStatus();
    }
}
