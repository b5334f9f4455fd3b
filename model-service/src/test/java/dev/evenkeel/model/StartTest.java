package dev.evenkeel.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How a node starts, or does not, as the one on call sees it: a process, its log and its exit code. */
class StartTest {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Path FOLDERS = Path.of("src/test/resources/models");
    private static final Path NATIVE = Path.of("target/weights/djl").toAbsolutePath();
    private static final Pattern PORT = Pattern.compile("Ready: .*; port (\\d+),");
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Process> started = new ArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();

    @TempDir
    private Path dir;

    @BeforeEach
    void keepTheNativeLibrariesOfOtherTests() throws IOException {
        Files.createDirectories(NATIVE);
        Files.createDirectory(dir.resolve("weights"));
        Files.createSymbolicLink(dir.resolve("weights/djl"), NATIVE);
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aRequiredModelThatIsMissingEndsTheStartInOneLine() throws Exception {
        assertEndsWithOneLine(start("absent", dir.resolve("nowhere").toUri()), "absent", "nowhere");
    }

    @Test
    void aRequiredModelThatIsBrokenEndsTheStartInOneLine() throws Exception {
        assertEndsWithOneLine(start("garbled", garbled().toUri()), "model garbled", "model.pt is no TorchScript model");
    }

    @Test
    void anotherContentThanTheChecksumSaysEndsTheStartInOneLineWithBothChecksums() throws Exception {
        byte[] zip = zip();
        String wrong = "0123456789abcdef".repeat(4);
        HttpServer server = serve(zip);
        try {
            Node node = start("swapped", uri(server), "--evenkeel.models[0].sha256=" + wrong);
            String right = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
            assertEndsWithOneLine(node, "model swapped", wrong, right);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void withoutAModelThatIsNotRequiredTheOthersAreServed() throws Exception {
        Node node = start(
                "good",
                FOLDERS.resolve("encoder").toUri(),
                "--evenkeel.models[1].name=spare",
                "--evenkeel.models[1].url=" + garbled().toUri(),
                "--evenkeel.models[1].task=embedding",
                "--evenkeel.models[1].required=false",
                "--evenkeel.workers=3");
        assertServes(node);
        assertThat(node.linesWith("spare")).singleElement().asString().contains("not required", "model.pt");
        assertThat(node.linesWith("Ready: "))
                .singleElement()
                .asString()
                .contains("good 1 (embedding); 3 workers of 1 threads on 2 CPUs");
        assertThat(node.linesWith("WARN"))
                .as("more workers than CPUs")
                .anySatisfy(line -> assertThat(line).contains("3 workers of 1 threads on 2 CPUs"));
        assertNoTraces(node);
    }

    @Test
    void aNodeDoesNotReportItsUseToDjlsAuthors() throws Exception {
        assertServes(start("quiet", FOLDERS.resolve("encoder").toUri(), "--evenkeel.warm-up=0s"));

        // DJL's reporter opens its connection past any proxy; a node opens one of this kind to itself, not here
        String classes = Files.readString(dir.resolve("classes-0"));
        assertThat(classes).contains("ai.djl.util.Ec2Utils ");
        assertThat(classes).doesNotContain("sun.net.www.protocol.http.HttpURLConnection ");
    }

    @Test
    void aZipOfAFileIsServed() throws Exception {
        Path file = Files.write(dir.resolve("encoder.zip"), zip());
        assertServes(start("zipped", file.toUri()));
    }

    @Test
    void aZipOfTheWebIsFetchedOnceAndServedWithoutTheWebAfterwards() throws Exception {
        HttpServer server = serve(zip());
        URI uri = uri(server);
        try {
            Node first = start("fetched", uri);
            assertServes(first);
            first.process.destroy();
            assertThat(first.process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            server.stop(0);
        }
        assertThat(requests).hasValue(1);
        assertServes(start("fetched", uri));
    }

    private void assertEndsWithOneLine(Node node, String... parts) throws Exception {
        assertThat(node.process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .as("it ends")
                .isTrue();
        assertThat(node.process.exitValue()).as(node.output()).isEqualTo(1);
        assertThat(node.linesWith("ERROR"))
                .as(node.output())
                .singleElement()
                .asString()
                .contains(parts);
        assertNoTraces(node);
    }

    private static void assertNoTraces(Node node) throws IOException {
        assertThat(node.output().lines())
                .noneMatch(line ->
                        line.startsWith("\tat ") || line.startsWith("Caused by") || line.contains("Exception:"));
    }

    private static void assertServes(Node node) throws Exception {
        String port = node.readyPort();
        JsonNode expected = JSON.readTree(FOLDERS.resolve("expected.json")).path(0);
        HttpResponse<String> answer;
        try (HttpClient client = HttpClient.newHttpClient()) {
            answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/embed"))
                            .POST(BodyPublishers.ofString(
                                    "{\"inputs\":\"" + expected.path("text").stringValue() + "\"}"))
                            .build(),
                    BodyHandlers.ofString());
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).path(0).path(1).doubleValue())
                .isEqualTo(expected.path("mean_normalised").path(1).doubleValue(), within(1e-5));
    }

    /** A node with one model and what else is set. */
    private Node start(String model, URI url, String... more) throws IOException {
        Path log = dir.resolve("log-" + started.size());
        Path arguments =
                Files.writeString(dir.resolve("arguments"), "-cp \"" + System.getProperty("java.class.path") + "\"\n");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:ActiveProcessorCount=2",
                "-Xlog:class+load:file=" + dir.resolve("classes-" + started.size()) + "::filecount=0",
                "@" + arguments,
                ModelServiceApplication.class.getName(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=-1",
                "--eureka.client.enabled=false",
                "--evenkeel.node-name=test",
                "--evenkeel.drain.notice=0s",
                "--evenkeel.weights-dir=" + dir.resolve("weights"),
                "--evenkeel.models[0].name=" + model,
                "--evenkeel.models[0].url=" + url,
                "--evenkeel.models[0].task=embedding"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        started.add(process);
        return new Node(process, log);
    }

    private record Node(Process process, Path log) {

        String output() throws IOException {
            return Files.readString(log);
        }

        List<String> linesWith(String part) throws IOException {
            return output().lines().filter(line -> line.contains(part)).toList();
        }

        String readyPort() throws IOException {
            await().atMost(DEADLINE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> !process.isAlive() || PORT.matcher(output()).find());
            Matcher port = PORT.matcher(output());
            assertThat(port.find()).as(output()).isTrue();
            return port.group(1);
        }
    }

    private Path garbled() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("garbled"));
        Path whole = FOLDERS.resolve("encoder");
        Files.copy(whole.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.copy(whole.resolve("config.json"), folder.resolve("config.json"));
        Files.writeString(folder.resolve("model.pt"), "no TorchScript");
        return folder;
    }

    private HttpServer serve(byte[] zip) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, zip.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(zip);
            }
        });
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/x.zip");
    }

    private byte[] zip() throws IOException {
        Path folder = FOLDERS.resolve("encoder");
        Path zip = dir.resolve("made.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return Files.readAllBytes(zip);
    }
}
