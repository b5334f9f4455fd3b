package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.gateway.node.NodeSource;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.NodeState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.ResourceLeakDetector;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Nodes that fall silent or die with requests inside, on real sockets and with the timers that ship. Every buffer that is
 * leaked is told.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "eureka.client.enabled=false",
            "management.server.port=0",
            "evenkeel.drain.notice=0s",
            "spring.cloud.gateway.server.webflux.httpclient.response-timeout=30s",
        })
@ExtendWith(OutputCaptureExtension.class)
class RescueTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String BODY = "{\"model\":\"embedder\",\"input\":\"a text\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A node that is stopped is out after a poll interval of at most 300 ms, the limit of 500 ms, and three ticks. */
    private static final Duration OUT = Duration.ofSeconds(1);

    /** For what the machine does beside the tests. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private static final ResourceLeakDetector.Level USUAL = ResourceLeakDetector.getLevel();

    @TestConfiguration
    static class Wiring {

        final List<Node> listed = new CopyOnWriteArrayList<>();

        @Bean
        @Primary
        NodeSource scriptedNodes() {
            return () -> List.copyOf(listed);
        }
    }

    /** An answer and how long it took. */
    private record Timed(HttpResponse<String> answer, Duration time) {}

    @LocalServerPort
    private int port;

    @Autowired
    private Wiring wiring;

    @Autowired
    private Nodes nodes;

    @Autowired
    private Fleet fleet;

    @Autowired
    private MeterRegistry meters;

    private final List<ScriptedNode> started = new ArrayList<>();

    @BeforeAll
    static void watchBuffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void nothingIsLeft(CapturedOutput output) throws Exception {
        started.forEach(ScriptedNode::thaw);
        await("nothing is outstanding", () -> outstanding() == 0);
        wiring.listed.clear();
        started.forEach(ScriptedNode::close);
        await("the fleet is empty", () -> {
            nodes.refresh();
            return fleet.endpoints().isEmpty();
        });
        // a leak is told when its buffer was collected and another one is taken
        System.gc();
        get();
        get();
        assertThat(output).doesNotContain("LEAK:").doesNotContain("onErrorDropped");
    }

    @AfterAll
    static void close() {
        ResourceLeakDetector.setLevel(USUAL);
        HTTP.close();
    }

    @Test
    void nobodyNoticesANodeThatIsStoppedForAWhileAndItComesBack(CapturedOutput output) throws Exception {
        ScriptedNode a = addNode("a");
        ScriptedNode b = addNode("b");
        for (ScriptedNode node : started) {
            node.behaviour = (request, response) ->
                    Mono.delay(Duration.ofMillis(20)).then(Mono.defer(() -> Mono.from(node.answer(request, response))));
        }
        List<CompletableFuture<Timed>> sent = new CopyOnWriteArrayList<>();
        try (ScheduledExecutorService clients = Executors.newSingleThreadScheduledExecutor()) {
            var load = clients.scheduleAtFixedRate(() -> sent.add(sendTimed()), 0, 10, TimeUnit.MILLISECONDS);
            await(
                    "both are used, and warm",
                    () -> a.received.size() > 50
                            && b.received.size() > 50
                            && sent.stream().filter(each -> !each.isDone()).count() < 10);
            int warm = sent.size() - 10;
            long frozenAt = System.nanoTime();
            a.freeze();
            await("it is out", () -> ejected(a));
            Duration out = Duration.ofNanos(System.nanoTime() - frozenAt);
            await("those that waited have left", () -> a.inside() == 0);
            AtomicInteger before = new AtomicInteger();
            Awaitility.await("nothing is sent there any more")
                    .during(Duration.ofSeconds(1))
                    .until(() -> a.received.size() == before.getAndSet(a.received.size()));

            a.thaw();
            long thawedAt = System.nanoTime();
            await("it is back", () -> !ejected(a) && a.received.size() > before.get() + 20);
            Duration back = Duration.ofNanos(System.nanoTime() - thawedAt);
            load.cancel(false);
            assertThat(out).isLessThan(OUT.plus(SLACK));
            assertThat(back).isLessThan(Duration.ofSeconds(5));
            for (CompletableFuture<Timed> each : sent.subList(warm, sent.size())) {
                assertThat(each.get().time).isLessThan(OUT.plus(SLACK));
            }
        }
        assertAllAnswered(sent);
        assertThat(count("evenkeel.gateway.rescues", a)).isPositive();
        assertThat(count("evenkeel.gateway.rescues", b)).isZero();
        // a stall shows first, unless the gateway itself was held up meanwhile
        assertThat(count("evenkeel.gateway.ejections", a, "reason", "stall")
                        + count("evenkeel.gateway.ejections", a, "reason", "silent"))
                .isEqualTo(1);
        assertThat(output).containsOnlyOnce("node name-of-a is out of rotation: ");
        assertThat(output).containsOnlyOnce("node name-of-a is back in rotation");
    }

    @Test
    void whatIsOnTheOnlyNodeWaitsAndIsAnsweredWhenItWakes() throws Exception {
        ScriptedNode only = addNode("only");
        only.freeze();
        List<CompletableFuture<Timed>> before = sendMany(10);
        await("it is out", () -> ejected(only));
        List<CompletableFuture<Timed>> after = sendMany(10);
        await("all are there", () -> only.received.size() == 20);
        assertThat(before).noneMatch(CompletableFuture::isDone);
        only.thaw();
        assertAllAnswered(before);
        assertAllAnswered(after);
        assertThat(only.received).as("each was sent once").hasSize(20);
        await("it is back", () -> {
            send();
            return !ejected(only);
        });
    }

    @Test
    void whatIsOnTheLastNodeIsNotTakenToOneThatIsOutItself() throws Exception {
        ScriptedNode out = addNode("out");
        out.freeze();
        await("it is out", () -> ejected(out));
        ScriptedNode last = addNode("last");
        last.freeze();
        List<CompletableFuture<Timed>> sent = sendMany(5);
        await("it is out too", () -> ejected(last));
        Awaitility.await("they stay")
                .during(Duration.ofMillis(500))
                .until(() -> out.received.isEmpty() && last.inside() == 5);
        last.thaw();
        assertAllAnswered(sent);
    }

    @Test
    void whatIsOnTheOnlyNodeIsTakenToAnotherThatComes() throws Exception {
        ScriptedNode lonely = addNode("lonely");
        lonely.freeze();
        List<CompletableFuture<Timed>> before = sendMany(5);
        await("it is out", () -> ejected(lonely));
        List<CompletableFuture<Timed>> after = sendMany(5);
        await("all are there", () -> lonely.received.size() == 10);
        ScriptedNode late = addNode("late");
        assertAllAnswered(before);
        assertAllAnswered(after);
        assertThat(late.received).hasSize(10);
    }

    @Test
    void aRequestIsRescuedOnce() throws Exception {
        addNode("first");
        addNode("second");
        addNode("third");
        started.forEach(ScriptedNode::freeze);
        CompletableFuture<Timed> answer = sendTimed();
        await("it is somewhere", () -> holder().isPresent());
        ScriptedNode first = holder().orElseThrow();
        // the other two answer their polls, but not requests
        List<ScriptedNode> others =
                started.stream().filter(node -> !node.equals(first)).toList();
        others.forEach(node -> {
            node.behaviour = (_, _) -> Mono.never();
            node.thaw();
        });
        await("it is rescued", () -> others.stream().anyMatch(node -> !node.received.isEmpty()));
        ScriptedNode second = others.stream()
                .filter(node -> !node.received.isEmpty())
                .findFirst()
                .orElseThrow();
        ScriptedNode third =
                others.stream().filter(node -> !node.equals(second)).findFirst().orElseThrow();
        second.freeze();
        await("the second is out", () -> ejected(second));
        Awaitility.await("nobody rescues it again")
                .during(Duration.ofMillis(500))
                .until(() -> third.received.isEmpty() && !answer.isDone());
        assertThat(count("evenkeel.gateway.rescues", second)).isZero();
        // the second dies; that costs an ordinary attempt
        third.behaviour = third::answer;
        second.close();
        assertThat(answer.get().answer.statusCode()).isEqualTo(200);
        assertThat(third.received).hasSize(1);
    }

    @Test
    void anAnswerWhoseBodyIsNotWholeIsHadFromAnotherNode() throws Exception {
        ScriptedNode half = addNode("half");
        half.behaviour = (_, response) -> response.header("Content-Length", "1000")
                .header(Headers.INSTANCE, half.id)
                .header("X-Of-Half", "yes")
                .sendString(Flux.concat(Mono.just("{\"half"), Mono.never()), StandardCharsets.US_ASCII)
                .then();
        List<CompletableFuture<Timed>> waiting = sendMany(10);
        await("all are there", () -> half.received.size() == 10);
        addNode("whole");
        half.freeze();
        for (CompletableFuture<Timed> each : waiting) {
            HttpResponse<String> answer = each.get().answer;
            assertThat(answer.body()).isEqualTo(ScriptedNode.ANSWER);
            assertThat(answer.headers().allValues(Headers.NODE)).containsExactly("name-of-whole");
            assertThat(answer.headers().firstValue("X-Of-Half")).isEmpty();
        }
        await("those that waited have left", () -> half.inside() == 0);
    }

    @Test
    void anAnswerThatHasBegunIsNotRescued() throws Exception {
        ScriptedNode streams = addNode("streams");
        streams.behaviour = (_, response) -> response.header(Headers.INSTANCE, streams.id)
                .sendString(Flux.concat(
                        Mono.just("begun "),
                        streams.whenThawed(Mono::empty).cast(String.class),
                        Mono.just("and ended")))
                .then();
        try (Socket client = connect()) {
            streams.freeze();
            // the poll is answered no more, but this behaviour begins at once
            InputStream in = client.getInputStream();
            assertThat(readUntil(in, "begun ")).contains("200 OK").contains("name-of-streams");
            ScriptedNode other = addNode("other");
            await("it is out", () -> ejected(streams));
            Awaitility.await("nobody takes it").during(Duration.ofMillis(500)).until(() -> other.received.isEmpty());
            streams.thaw();
            assertThat(readUntil(in, "and ended")).contains("and ended");
        }
    }

    /** One alone is doubted while the node is heard: then its trial breaks too. */
    @Test
    void aNodeThatBreaksConnectionsHasTheOthersRescued(CapturedOutput output) throws Exception {
        ScriptedNode dying = addNode("dying");
        AtomicInteger inside = new AtomicInteger();
        dying.behaviour = (_, response) -> inside.incrementAndGet() < 20
                ? Mono.never()
                : response.withConnection(connection -> connection.dispose()).then();
        List<CompletableFuture<Timed>> waiting = sendMany(19);
        await("all are there", () -> inside.get() == 19);
        ScriptedNode sound = addNode("sound");
        sound.queueWork = 1e5; // the twentieth goes to the other one
        await(
                "the gateway has heard it",
                () -> endpoint(sound)
                        .reported()
                        .filter(r -> r.othersWork() > 5e4)
                        .isPresent());
        AtomicInteger more = new AtomicInteger();
        await("those that waited are rescued", () -> {
            more.incrementAndGet();
            assertThat(send().statusCode()).isEqualTo(200);
            return waiting.stream().allMatch(CompletableFuture::isDone);
        });
        assertAllAnswered(waiting);
        assertThat(inside.get()).as("what broke").isBetween(20, 21);
        assertThat(sound.received).hasSize(19 + more.get());
        assertThat(count("evenkeel.gateway.rescues", dying)).isEqualTo(19);
        assertThat(output).containsOnlyOnce("node name-of-dying is out of rotation: broken connection");
    }

    @Test
    void clientsThatLeaveWhileTheyAreRescuedAreCountedNowhere() throws Exception {
        ScriptedNode silent = addNode("silent");
        silent.freeze();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            clients.add(connect());
        }
        await("all are there", () -> silent.received.size() == 60);
        ScriptedNode other = addNode("busy");
        other.behaviour = (_, _) -> Mono.never();
        for (int i = 0; i < clients.size(); i++) {
            int arrived = i / 2;
            await("some are rescued", () -> other.received.size() >= arrived);
            clients.get(clients.size() - 1 - i).close();
        }
        await("nothing is outstanding", () -> outstanding() == 0);
        await("their connections are closed", () -> silent.inside() == 0 && other.inside() == 0);
        assertThat(ejected(other)).isFalse();
    }

    private ScriptedNode addNode(String id) {
        ScriptedNode node = new ScriptedNode(id);
        started.add(node);
        wiring.listed.add(node.node());
        nodes.refresh();
        await(
                "the gateway knows " + id,
                () -> fleet.find(id)
                        .filter(endpoint -> endpoint.serves("embedder") && endpoint.state() == NodeState.UP)
                        .isPresent());
        return node;
    }

    private Endpoint endpoint(ScriptedNode node) {
        return fleet.find(node.id).orElseThrow();
    }

    private boolean ejected(ScriptedNode node) {
        return endpoint(node).ejection().isEjected();
    }

    private Optional<ScriptedNode> holder() {
        return started.stream().filter(node -> !node.received.isEmpty()).findFirst();
    }

    private long outstanding() {
        return fleet.endpoints().stream()
                .mapToLong(endpoint -> endpoint.ownWork() + endpoint.ownRequests())
                .sum();
    }

    private double count(String meter, ScriptedNode node, String... tags) {
        return meters.find(meter).tag("node", "name-of-" + node.id).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private List<CompletableFuture<Timed>> sendMany(int requests) {
        return IntStream.range(0, requests).mapToObj(_ -> sendTimed()).toList();
    }

    private static void assertAllAnswered(List<CompletableFuture<Timed>> sent) throws Exception {
        for (CompletableFuture<Timed> each : sent) {
            HttpResponse<String> answer = each.get().answer;
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(ScriptedNode.ANSWER);
        }
    }

    private CompletableFuture<Timed> sendTimed() {
        long start = System.nanoTime();
        return HTTP.sendAsync(request(), BodyHandlers.ofString())
                .thenApply(answer -> new Timed(answer, Duration.ofNanos(System.nanoTime() - start)));
    }

    private HttpResponse<String> send() throws Exception {
        return HTTP.send(request(), BodyHandlers.ofString());
    }

    private void get() throws Exception {
        URI models = URI.create("http://127.0.0.1:" + port + "/v1/models");
        HTTP.send(HttpRequest.newBuilder(models).build(), BodyHandlers.discarding());
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/embeddings"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(BODY))
                .timeout(PATIENCE)
                .build();
    }

    /** A client whose request is sent. */
    private Socket connect() throws Exception {
        Socket client = new Socket();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout((int) PATIENCE.toMillis());
        String head = "POST /v1/embeddings HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + BODY.length() + "\r\n\r\n";
        client.getOutputStream().write((head + BODY).getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static String readUntil(InputStream in, String end) throws Exception {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int next = in.read();
            assertThat(next).as("more than %s", text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }
}
