package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.Headers;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Nodes that fall silent or die with requests inside, on real sockets and with the timers that ship. */
@ExtendWith(OutputCaptureExtension.class)
class RescueTest extends GatewayFixture {

    /** A node that is stopped is out after a poll interval of at most 300 ms, the limit of 500 ms, and three ticks. */
    private static final Duration OUT = Duration.ofSeconds(1);

    /** For what the machine does beside the tests. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    /** An answer and how long it took. */
    private record Timed(HttpResponse<String> answer, Duration time) {}

    @AfterEach
    void noFailureIsNobodys(CapturedOutput output) {
        started.forEach(ScriptedNode::thaw);
        await("nothing is outstanding", () -> outstanding() == 0);
        assertThat(output).doesNotContain("onErrorDropped");
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
            post("/v1/embeddings", OPENAI_BODY);
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
        CompletableFuture<Timed> answer = sendTimed(OPENAI_BODY.replace("text", "text that is rescued once"));
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
        Awaitility.await("it stays: two that are slow condemn nobody")
                .during(Duration.ofMillis(500))
                .until(() -> third.received.isEmpty() && !answer.isDone());
        // the first was only slow, and the second dies: that costs an ordinary attempt
        third.behaviour = third::answer;
        first.thaw();
        await("the first is heard again", () -> !endpoint(first).ejection().isLost());
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
        try (Socket client = connectAndSend(OPENAI_BODY)) {
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
            assertThat(post("/v1/embeddings", OPENAI_BODY).statusCode()).isEqualTo(200);
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
            clients.add(connectAndSend(OPENAI_BODY));
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

    private Optional<ScriptedNode> holder() {
        return started.stream().filter(node -> !node.received.isEmpty()).findFirst();
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
        return sendTimed(OPENAI_BODY);
    }

    private CompletableFuture<Timed> sendTimed(String body) {
        long start = System.nanoTime();
        return HTTP.sendAsync(request("/v1/embeddings", body).build(), BodyHandlers.ofString())
                .thenApply(answer -> new Timed(answer, Duration.ofNanos(System.nanoTime() - start)));
    }
}
