package dev.evenkeel.model.health;

import dev.evenkeel.load.NodeState;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The node's life: warming, up, draining.
 *
 * <p>It starts last and stops first. When it starts, the port is open and the registry knows the node as starting; the
 * models are warmed beside that, so that probes and polls have their answer meanwhile. When it stops, the node says so
 * everywhere at once and goes on serving, because gateways that have not heard yet still send; only then the web server
 * begins its graceful shutdown.
 */
public final class NodeLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(NodeLifecycle.class);

    private final Callable<String> warmUp;
    private final Registry registry;
    private final Duration notice;
    private final Consumer<Throwable> onFailure;
    private volatile NodeState state = NodeState.WARMING;
    private volatile boolean running;

    /**
     * A node that is not started yet.
     *
     * @param warmUp makes the node ready and answers the line to log
     * @param registry told of the changes
     * @param notice for how long a draining node still serves, so that everyone learns of it
     * @param onFailure called when warming fails: a node that cannot serve must not stay
     */
    public NodeLifecycle(Callable<String> warmUp, Registry registry, Duration notice, Consumer<Throwable> onFailure) {
        this.warmUp = warmUp;
        this.registry = registry;
        this.notice = notice;
        this.onFailure = onFailure;
    }

    public NodeState state() {
        return state;
    }

    @Override
    public void start() {
        running = true;
        Thread.ofPlatform().name("warm-up").daemon().start(this::warm);
    }

    private void warm() {
        try {
            String ready = warmUp.call();
            if (becomeUp()) {
                log.info("{}", ready);
            }
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            if (state == NodeState.DRAINING) {
                log.debug("stopped while warming", e);
                return;
            }
            if (e instanceof IOException) {
                // its message is the sentence for people
                log.error("The node cannot serve: {}", e.getMessage());
                log.debug("Where that was found", e);
            } else {
                log.error("The node cannot serve: {}", e.getMessage(), e);
            }
            onFailure.accept(e);
        }
    }

    /**
     * A node that is told to stop while it warms does not come up any more. The registry is told before a stop can go on,
     * or it could hear of the up after the down.
     */
    private synchronized boolean becomeUp() {
        if (state != NodeState.WARMING) {
            return false;
        }
        state = NodeState.UP;
        registry.up();
        return true;
    }

    private synchronized boolean becomeDraining() {
        boolean wasUp = state == NodeState.UP;
        state = NodeState.DRAINING;
        return wasUp;
    }

    @Override
    public void stop() {
        boolean served = becomeDraining();
        registry.down();
        if (served) {
            log.info("Draining: still serving for {} ms, so that the gateways learn of it", notice.toMillis());
            try {
                Thread.sleep(notice);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server's graceful shutdown. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
