package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Reported;
import java.time.Duration;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Tells nodes that nobody waits for a request any more: a servlet is not told that its connection was closed. A node of
 * another make is not told, nor one that is lost; whether it is told is nobody's concern.
 */
public final class Canceller {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** At once to a node; when clients leave faster than that, the rest is not told. */
    private static final int CONNECTIONS = 16;

    private final HttpClient http = HttpClient.create(ConnectionProvider.builder("cancel")
                    .maxConnections(CONNECTIONS)
                    .pendingAcquireMaxCount(10 * CONNECTIONS)
                    .pendingAcquireTimeout(TIMEOUT)
                    .maxIdleTime(Duration.ofSeconds(5))
                    .build())
            .responseTimeout(TIMEOUT);

    /**
     * Tells it, without waiting for what it says.
     *
     * @param id what the node calls the request, by {@link dev.evenkeel.load.Headers#REQUEST_ID}
     */
    public void cancel(Endpoint endpoint, String id) {
        Reported last = endpoint.lastReported();
        // only nodes that are Evenkeel's measure their work
        if (last != null && last.report().workRate() > 0 && !endpoint.ejection().isLost()) {
            http.delete()
                    .uri(endpoint.address().resolve("/internal/requests/" + id))
                    .response()
                    .subscribe(_ -> {}, _ -> {});
        }
    }
}
