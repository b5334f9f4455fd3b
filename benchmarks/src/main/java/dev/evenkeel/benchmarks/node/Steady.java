package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.load.Bodies;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients on kept connections, each with one request under way, which see exactly what became of every request: nothing
 * is sent again behind their back. A client that finds nobody listening goes home, which is no loss.
 */
final class Steady implements AutoCloseable {

    private static final int OK = 200;
    private static final int LOST = -1;

    private final ConcurrentSkipListMap<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, AtomicInteger> reasons = new ConcurrentSkipListMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private final int port;
    private final Bodies bodies;
    private volatile boolean running = true;

    /** Starts them. */
    Steady(int port, Bodies bodies, int clients) {
        this.port = port;
        this.bodies = bodies;
        for (int i = 0; i < clients; i++) {
            this.clients.add(Thread.ofPlatform().daemon().name("steady-" + i).start(this::send));
        }
    }

    private void send() {
        KeptConnection connection = null;
        while (running) {
            try {
                if (connection == null) {
                    connection = new KeptConnection(port);
                }
                count(connection.post(Node.PATH, bodies.body(next.getAndIncrement())));
                if (connection.isClosed()) {
                    connection = null;
                }
            } catch (ConnectException nobodyListens) {
                return;
            } catch (IOException e) {
                count(LOST);
                reasons.computeIfAbsent(e.toString(), _ -> new AtomicInteger()).incrementAndGet();
                connection = null;
            }
        }
        if (connection != null) {
            connection.close();
        }
    }

    private void count(int status) {
        statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
    }

    /** Requests answered with 200. */
    int answered() {
        return of(OK);
    }

    /** Requests sent and answered otherwise, or not at all. */
    int failed() {
        return statuses.entrySet().stream()
                .filter(status -> status.getKey() != OK)
                .mapToInt(status -> status.getValue().get())
                .sum();
    }

    private int of(int status) {
        AtomicInteger count = statuses.get(status);
        return count == null ? 0 : count.get();
    }

    /** How many had each status but 200 (-1: no answer, or half of one), and why there was none. */
    Map<String, Integer> failures() {
        Map<String, Integer> failures = new TreeMap<>();
        statuses.forEach((status, count) -> {
            if (status != OK) {
                failures.put(status.toString(), count.get());
            }
        });
        reasons.forEach((reason, count) -> failures.put(reason, count.get()));
        return failures;
    }

    @Override
    public void close() {
        finish();
    }

    /** Lets each client have the answer to its request; then the counts stand still. */
    void finish() {
        running = false;
        awaitHome();
    }

    /** Returns when every client has gone home, or has had no answer for as long as it waits for one. */
    void awaitHome() {
        try {
            for (Thread client : clients) {
                client.join(KeptConnection.LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
