package dev.evenkeel.gateway.drain;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * Stops first, and goes on serving for its notice: whoever sends requests here learns of the stop only while it happens.
 * Readiness is refused by Spring from the start of it. Then the web server finishes what is inside.
 */
public final class Drain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final Duration notice;
    private volatile boolean running;
    private volatile boolean leaving;

    /** @param notice for how long a gateway that was told to stop still serves */
    public Drain(Duration notice) {
        this.notice = notice;
    }

    /** True from when the gateway was told to stop. */
    public boolean isLeaving() {
        return leaving;
    }

    @Override
    public void start() {
        leaving = false;
        running = true;
    }

    @Override
    public void stop() {
        leaving = true;
        log.info("Draining: still serving for {} ms, so that clients learn of it", notice.toMillis());
        Mono.delay(notice).block();
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
