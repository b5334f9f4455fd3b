package dev.evenkeel.benchmarks.peer;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an operator would write who has our nodes and HAProxy: an agent for each node, which says at once what it heard last
 * when HAProxy asks, and then asks the node again. Who is not fed costs the nodes nothing. A node's weight is its work rate
 * against the fastest one's; one that is not UP is drained.
 *
 * <p>HAProxy configuration manual, {@code agent-check}: a percentage of the configured weight, and a state.
 */
public final class WeightAgent implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int OK = 200;
    private static final String NOTHING_CHANGES = "";

    private final List<Integer> management;
    private final List<ServerSocket> sockets;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<Integer, Double> workRates = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<String> words;
    private final Set<Integer> asking = ConcurrentHashMap.newKeySet();

    /**
     * Listens, on a free port for each node.
     *
     * @param management ports of the nodes' actuators
     */
    public WeightAgent(List<Integer> management) {
        this.management = List.copyOf(management);
        sockets = management.stream().map(_ -> listen()).toList();
        words = new AtomicReferenceArray<>(
                management.stream().map(_ -> NOTHING_CHANGES).toArray(String[]::new));
        for (int i = 0; i < sockets.size(); i++) {
            int node = i;
            Thread.ofVirtual().name("weight-agent-" + i).start(() -> serve(node));
        }
    }

    /** Where the agent of a node listens. */
    public int port(int node) {
        return sockets.get(node).getLocalPort();
    }

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(int node) {
        while (true) {
            try (Socket haproxy = sockets.get(node).accept()) {
                haproxy.getOutputStream().write((words.get(node) + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                if (sockets.get(node).isClosed()) {
                    return;
                }
            }
            if (asking.add(node)) {
                Thread.ofVirtual().name("weight-asking-" + node).start(() -> refresh(node));
            }
        }
    }

    private void refresh(int node) {
        try {
            words.set(node, word(node));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asking.remove(node);
        }
    }

    /** What HAProxy is told of a node; nothing of one that does not answer: its own checks see to that. */
    private String word(int node) throws InterruptedException {
        Optional<LoadReport> report = ask(node);
        if (report.isEmpty()) {
            return NOTHING_CHANGES;
        }
        if (report.get().state() != NodeState.UP) {
            return "drain";
        }
        workRates.put(node, report.get().workRate());
        double fastest = workRates.values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        double share = fastest > 0 ? report.get().workRate() / fastest : 1;
        return String.format(Locale.ROOT, "up ready %d%%", Math.clamp(Math.round(100 * share), 1, 100));
    }

    private Optional<LoadReport> ask(int node) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + management.get(node) + "/actuator/load"))
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == OK
                    ? OrcaText.decode(
                            json.readValue(answer.body(), NodeStatus.class).load())
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** Weights as they are known, for a report. */
    public List<Double> workRates() {
        return IntStream.range(0, management.size())
                .mapToObj(node -> workRates.getOrDefault(node, 0.0))
                .toList();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        http.close();
    }
}
