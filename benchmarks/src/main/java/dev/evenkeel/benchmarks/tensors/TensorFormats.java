package dev.evenkeel.benchmarks.tensors;

import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.node.Node;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The same tensor to a model that gives it back, in JSON and in bytes, one request at a time: how long it takes, and how
 * many bytes go each way. The formats take turns, so that what else happens on the machine happens to both.
 */
public final class TensorFormats {

    private static final int COLUMNS = 256;
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private TensorFormats() {}

    public static void run(String[] args) throws Exception {
        Options options = Bench.treeOptions()
                .with("floats", "262144", "numbers of a request: 1 MB")
                .with("requests", "40", "of each format in a repeat")
                .with("repeats", "5", "after one that does not count")
                .with("node-cpus", "1", "the CPUs that the node runs on")
                .with("node-jvm", "-Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED", "flags of the node")
                .parse(args);
        Bench.run("tensor-formats", options, TensorFormats::measure);
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Format(String name, byte[] body, int jsonLength) {

        HttpRequest to(URI model) {
            HttpRequest.Builder request = HttpRequest.newBuilder(model)
                    .timeout(Duration.ofSeconds(30))
                    .POST(BodyPublishers.ofByteArray(body));
            if (jsonLength > 0) {
                request.header(JSON_LENGTH, Integer.toString(jsonLength));
            }
            return request.build();
        }
    }

    private static void measure(Bench bench) throws Exception {
        Path folder = Path.of(bench.options().text("weights")).resolve("identity");
        IdentityModel.write(folder);
        Node node = bench.start(
                "node",
                bench.options().text("node-cpus"),
                List.of(bench.options().text("node-jvm").split(" ", -1)),
                List.of(
                        "--evenkeel.models[0].name=identity",
                        "--evenkeel.models[0].url=" + Bench.url(folder),
                        "--evenkeel.models[0].task=tensor",
                        "--evenkeel.default-models.embedding=",
                        "--evenkeel.default-models.classification="));
        URI model = node.uri().resolve("/v2/models/identity/infer");
        float[] numbers =
                numbers(bench.options().integer("floats"), bench.options().integer("seed"));
        List<Format> formats = List.of(json(numbers), binary(numbers));
        Table table = new Table("format", "request, bytes", "answer, bytes", "p50, ms", "p99, ms");
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            bench.awaitReady(node);
            List<List<double[]>> latencies = List.of(new ArrayList<>(), new ArrayList<>());
            for (int repeat = 0; repeat <= bench.options().integer("repeats"); repeat++) {
                for (int f = 0; f < formats.size(); f++) {
                    double[] millis = millis(
                            http, formats.get(f).to(model), bench.options().integer("requests"));
                    if (repeat > 0) {
                        latencies.get(f).add(millis);
                    }
                }
            }
            for (int f = 0; f < formats.size(); f++) {
                byte[] answer = http.send(formats.get(f).to(model), BodyHandlers.ofByteArray())
                        .body();
                table.row(
                                formats.get(f).name,
                                formats.get(f).body.length,
                                answer.length,
                                Spread.of(latencies.get(f), millis -> millis[millis.length / 2])
                                        .text(2),
                                Spread.of(latencies.get(f), millis -> millis[millis.length * 99 / 100])
                                        .text(2))
                        .appendLastTo(bench.results().file("formats.csv"));
            }
        }
        bench.results().report("%n%s", table.markdown());
    }

    /** Of each request, sorted. */
    private static double[] millis(HttpClient http, HttpRequest request, int requests)
            throws IOException, InterruptedException {
        double[] millis = new double[requests];
        for (int i = 0; i < requests; i++) {
            long start = System.nanoTime();
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            millis[i] = (System.nanoTime() - start) / 1e6;
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(new String(answer.body(), StandardCharsets.UTF_8));
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    private static float[] numbers(int count, int seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() * 2 - 1;
        }
        return numbers;
    }

    private static Format json(float[] numbers) {
        StringBuilder body =
                new StringBuilder(numbers.length * 12).append(head(numbers)).append(",\"data\":[");
        for (int i = 0; i < numbers.length; i++) {
            body.append(i == 0 ? "" : ",").append(numbers[i]);
        }
        return new Format("JSON", body.append("]}]}").toString().getBytes(StandardCharsets.US_ASCII), 0);
    }

    private static Format binary(float[] numbers) {
        int size = numbers.length * Float.BYTES;
        byte[] head = (head(numbers) + ",\"parameters\":{\"binary_data_size\":" + size
                        + "}}],\"parameters\":{\"binary_data_output\":true}}")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer body = ByteBuffer.allocate(head.length + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(head);
        body.asFloatBuffer().put(numbers);
        return new Format("binary", body.array(), head.length);
    }

    private static String head(float[] numbers) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[" + numbers.length / COLUMNS + ","
                + COLUMNS + "]";
    }
}
