package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model node that the run started, and what it says of itself.
 *
 * @param management the port of its actuator
 * @param startedNanos when its process began, on {@link System#nanoTime()}
 */
public record Node(Child process, int port, int management, long startedNanos) {

    static final String PATH = "/v1/embeddings";

    private static final int OK = 200;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
    private static final Pattern STATE = Pattern.compile("named_metrics\\.state=(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PROBE_LIMIT)
            .build();

    public Target target() {
        return Target.local(port, PATH);
    }

    public URI uri() {
        return URI.create("http://localhost:" + port + PATH);
    }

    /** Answers 200 once it is ready; requests are answered before, while it still warms itself. */
    public URI readiness() {
        return uri().resolve("/readyz");
    }

    boolean ready() {
        return get(port, "/readyz").status() == OK;
    }

    boolean live() {
        return get(port, "/livez").status() == OK;
    }

    /** The code of its state in {@code /actuator/load}; empty when it does not answer. */
    OptionalInt state() {
        Matcher state = STATE.matcher(get(management, "/actuator/load").body());
        return state.find() ? OptionalInt.of(Integer.parseInt(state.group(1))) : OptionalInt.empty();
    }

    /** Its meters, as Prometheus reads them. */
    public String meters() {
        return get(management, "/actuator/prometheus").body();
    }

    /** Bytes of its memory that are in RAM. */
    long residentBytes() {
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
        } catch (IOException ended) {
            return 0;
        }
    }

    /**
     * An answer.
     *
     * @param status -1 where there was none
     * @param body the answer's text, or why there is none
     */
    public record Answer(int status, String body, boolean retryAfter, Duration after) {}

    private static Answer get(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(PROBE_LIMIT)
                .build();
        return ask(request).join();
    }

    /** Sends one request of its own, on the side of any load. */
    public CompletableFuture<Answer> post(byte[] json, Duration limit) {
        return ask(HttpRequest.newBuilder(uri())
                .timeout(limit)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                .build());
    }

    private static CompletableFuture<Answer> ask(HttpRequest request) {
        long start = System.nanoTime();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((response, failure) -> {
            Duration after = Duration.ofNanos(System.nanoTime() - start);
            if (response == null) {
                return new Answer(-1, String.valueOf(failure), false, after);
            }
            boolean retryAfter = response.headers().firstValue("Retry-After").isPresent();
            return new Answer(response.statusCode(), response.body(), retryAfter, after);
        });
    }

    /**
     * Waits for something to become true, looking every 10 ms.
     *
     * @return the {@link System#nanoTime()} at which it was seen; {@link Long#MAX_VALUE} when it was not
     */
    static long await(Duration patience, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - end < 0) {
            if (condition.getAsBoolean()) {
                return System.nanoTime();
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return Long.MAX_VALUE;
    }

    /** {@link #await} on a thread of its own. */
    static CompletableFuture<Long> watch(Duration patience, BooleanSupplier condition) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return await(patience, condition);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return Long.MAX_VALUE;
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    /** Milliseconds from one {@link System#nanoTime()} to another, which may be {@link Long#MAX_VALUE}: infinite. */
    static double millis(long from, long to) {
        return to == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : (to - from) / 1e6;
    }
}
