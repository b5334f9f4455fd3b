package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.predict.Tensor;
import dev.evenkeel.model.predict.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.core.JsonGenerator;

/**
 * Requests that a node sends to its own port before it says that it is ready: what they go through is compiled by then, at
 * the cost of a CPU that nobody waits for yet. Without them a node of a part of a CPU compiles for minutes beside the
 * requests of others.
 *
 * @param server this node's address, as {@code http://127.0.0.1:8090}
 * @param atOnce so many at any time
 * @param cpuNanos CPU time of this process
 * @param nanoTime a clock
 */
public record OwnRequests(URI server, int atOnce, LongSupplier cpuNanos, LongSupplier nanoTime) {

    private static final Logger log = LoggerFactory.getLogger(OwnRequests.class);

    /** At once: enough for batches, and as many connections as the JDK's client keeps open to one address. */
    public static final int USUAL = 5;

    /** A process that gets a twentieth of a CPU is not waited for until it has had all of its time. */
    private static final int MOST_WALL_TIMES = 10;

    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 30_000;

    private static final List<String> WORDS =
            List.of("The quick brown fox jumps over the lazy dog near the bank of the river.".split(" "));

    private static final int LEAST_WORDS = 4;

    /**
     * Sends them, to all models in turn, until the process has used this much CPU, or ten times this much time is over.
     * That they fail is no reason not to start: it is logged, and ends it.
     *
     * @param models what the node serves
     * @param cpuTime zero for none
     * @param goesOn false once the node is told to stop
     */
    public void send(List<ModelCard> models, Duration cpuTime, BooleanSupplier goesOn) {
        long cpuEnd = cpuNanos.getAsLong() + cpuTime.toNanos();
        long begun = nanoTime.getAsLong();
        long end = begun + MOST_WALL_TIMES * cpuTime.toNanos();
        BooleanSupplier unfinished =
                () -> goesOn.getAsBoolean() && cpuNanos.getAsLong() < cpuEnd && nanoTime.getAsLong() < end;
        AtomicInteger sent = new AtomicInteger();
        try (ExecutorService senders = Executors.newFixedThreadPool(
                atOnce, Thread.ofPlatform().daemon().name("own-requests-", 0).factory())) {
            List<Future<?>> all = IntStream.range(0, atOnce)
                    .<Future<?>>mapToObj(_ -> senders.submit(() -> {
                        while (unfinished.getAsBoolean()) {
                            int number = sent.getAndIncrement();
                            ask(models.get(number % models.size()), number / models.size());
                        }
                        return sent;
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
            log.debug("{} requests of its own in {} ms", sent, (nanoTime.getAsLong() - begun) / 1_000_000);
        } catch (ExecutionException e) {
            if (goesOn.getAsBoolean()) {
                log.warn(
                        "The node could not warm itself by requests of its own, so its first ones will be slow: {}",
                        String.valueOf(e.getCause()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(ModelCard model, int number) throws IOException {
        byte[] body = Answers.json(json -> write(json, model, text(number)));
        URI uri = server.resolve(path(model));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
        connection.setRequestProperty(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE);
        connection.setRequestProperty(Headers.MODEL, model.name());
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        int status = connection.getResponseCode();
        // read to its end, or its connection is closed
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] answer = in == null ? new byte[0] : in.readAllBytes();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("POST " + uri + " is answered by " + status + ": "
                        + new String(answer, StandardCharsets.UTF_8));
            }
        }
    }

    private static String path(ModelCard model) {
        return switch (model.task()) {
            case EMBEDDING -> "/v1/embeddings";
            case CLASSIFICATION -> "/predict";
            case RERANK -> "/rerank";
            case TENSOR -> "/v2/models/" + model.name() + "/infer";
        };
    }

    /** No two alike, and of several lengths. */
    private static String text(int number) {
        int words = LEAST_WORDS + number % (WORDS.size() - LEAST_WORDS);
        return WORDS.stream().limit(words).collect(Collectors.joining(" ", "", " " + number));
    }

    private static void write(JsonGenerator json, ModelCard model, String text) {
        json.writeStartObject();
        switch (model.task()) {
            case EMBEDDING -> {
                json.writeStringProperty("model", model.name());
                json.writeStringProperty("input", text);
                json.writeBooleanProperty("truncate", true);
            }
            case CLASSIFICATION -> {
                json.writeStringProperty("inputs", text);
                json.writeBooleanProperty("truncate", true);
            }
            case RERANK -> {
                json.writeStringProperty("query", WORDS.getFirst());
                json.writeName("texts").writeStartArray();
                json.writeString(text);
                json.writeEndArray();
                json.writeBooleanProperty("truncate", true);
            }
            case TENSOR -> {
                json.writeName("inputs").writeStartArray();
                for (Tensor each : Tensors.zeros(model.inputs()).tensors()) {
                    OipOutput.of(each).write(json);
                }
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }
}
