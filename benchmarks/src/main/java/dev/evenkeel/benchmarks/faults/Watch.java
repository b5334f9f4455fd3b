package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/** What a gateway says of the nodes, in its health. */
final class Watch implements AutoCloseable {

    private static final String UP = "UP";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(15);
    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI health;
    private volatile boolean inVain;

    Watch(Fleet.Gateway gateway) {
        this(gateway.management());
    }

    /** @param management the port of the gateway's actuator */
    Watch(int management) {
        health = URI.create("http://localhost:" + management + "/actuator/health");
    }

    /** By name. */
    Map<String, String> states() throws IOException, InterruptedException {
        Map<String, String> states = new TreeMap<>();
        json.readTree(health())
                .at("/components/fleet/details/nodes")
                .properties()
                .forEach(node -> states.put(node.getKey(), node.getValue().asString()));
        return states;
    }

    private String health() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            inVain = true;
            throw e;
        }
    }

    /** Whether the gateway did not answer at some time. */
    boolean wasInVain() {
        return inVain;
    }

    /** Whether the gateway answers now. */
    static boolean answers(Fleet.Gateway gateway) throws InterruptedException {
        try (Watch watch = new Watch(gateway)) {
            watch.health();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static boolean isIn(Map<String, String> states, String node) {
        return UP.equals(states.get(node));
    }

    /** Milliseconds since then until the node is in rotation no more; NaN when that takes longer than the limit. */
    double millisUntilOut(String node, long since, Duration limit) throws IOException, InterruptedException {
        return millisUntil(states -> !isIn(states, node), since, limit);
    }

    /** As {@link #millisUntilOut}, until it is there. */
    double millisUntilIn(String node, long since, Duration limit) throws IOException, InterruptedException {
        return millisUntil(states -> isIn(states, node), since, limit);
    }

    /** As {@link #millisUntilOut}, until it is told of, in whatever state. */
    double millisUntilKnown(String node, long since, Duration limit) throws IOException, InterruptedException {
        return millisUntil(states -> states.containsKey(node), since, limit);
    }

    private double millisUntil(Predicate<Map<String, String>> condition, long since, Duration limit)
            throws IOException, InterruptedException {
        do {
            if (condition.test(states())) {
                return (System.nanoTime() - since) / 1e6;
            }
            Thread.sleep(LOOK_AGAIN);
        } while (System.nanoTime() - since < limit.toNanos());
        return Double.NaN;
    }

    @Override
    public void close() {
        http.close();
    }
}
