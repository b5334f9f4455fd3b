package dev.evenkeel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evenkeel.acceptance.Fleet.Foreground;
import dev.evenkeel.acceptance.Fleet.Member;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * One registry, three nodes and a gateway, from {@code up} to Ctrl-C. The tests are stages of this one fleet's life, in
 * order: each leaves it healthy for the next.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class FleetIT {

    private static final int REQUESTS = 2_000;
    private static final int REQUESTS_OF_THE_NEW_NODE = 100;
    private static final Duration TO_SERVE = Duration.ofSeconds(5);
    private static final long ATTEMPTS_ON_THE_DEAD = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<Question> questions = Question.all();
    private final Fleet fleet = new Fleet();
    private final Foreground launcher;
    private final List<Answer> expected;

    @RegisterExtension
    private final TestExecutionExceptionHandler logs = (_, failure) -> {
        failure.addSuppressed(new AssertionError(fleetLogs()));
        throw failure;
    };

    FleetIT() throws Exception {
        launcher = fleet.start("up", "--nodes", "3", "--no-build");
        try {
            launcher.awaitOutput("Evenkeel is up");
            expected = Traffic.answersOf(fleet.await("node-1").uri(), questions);
        } catch (Exception | AssertionError e) {
            e.addSuppressed(new AssertionError(fleet.logTails()));
            fleet.end();
            throw e;
        }
    }

    @AfterAll
    void end() throws Exception {
        fleet.end();
    }

    @Test
    @Order(1)
    void theStatusShowsEveryProcessReady() throws Exception {
        assertThat(fleet.members())
                .extracting(Member::name, Member::state)
                .containsExactly(
                        tuple("registry", "ready"),
                        tuple("node-1", "ready"),
                        tuple("node-2", "ready"),
                        tuple("node-3", "ready"),
                        tuple("gateway", "ready"));
    }

    @Test
    @Order(2)
    void aSecondUpOfTheSameHomeIsRefused() throws Exception {
        Fleet.Result second = fleet.run("up", "--no-build");

        assertThat(second.status()).isEqualTo(1);
        assertThat(second.output()).contains("already running");
    }

    @Test
    @Order(3)
    void noClientNoticesThatANodeIsKilledAndAnotherOneAdded() throws Exception {
        Attempts attempts = new Attempts(fleet.management());
        Member victim = fleet.await("node-2");

        try (Traffic traffic = Traffic.start(fleet.gateway(), questions, expected)) {
            traffic.awaitReplies(REQUESTS / 4, LIMIT);

            // it dies with requests on it; what the gateway sends there after those is counted from a standstill
            traffic.holdBack();
            victim.process().destroyForcibly();
            victim.process().onExit().join();
            traffic.awaitQuiet(LIMIT);
            long attemptsAtDeath = attempts.on("node-2");
            traffic.goOn();

            CompletableFuture<Fleet.Result> scaled = runInBackground("scale", "3");
            long readySince = awaitReady(fleet.await("node-4").uri());
            // while the others have time, a cold node gets next to nothing: it is needed when they have not
            traffic.hurry();
            traffic.awaitRepliesOf("node-4", REQUESTS_OF_THE_NEW_NODE, LIMIT);
            traffic.awaitReplies(REQUESTS, LIMIT);
            assertThat(scaled.join().status()).isZero();

            assertThat(traffic.failures()).isEmpty();
            assertThat(traffic.count()).isGreaterThanOrEqualTo(REQUESTS);
            long firstReply = traffic.repliesOf("node-4").getFirst().nanoTime();
            assertThat(Duration.ofNanos(firstReply - readySince)).isLessThan(TO_SERVE);
            assertThat(attempts.on("node-2") - attemptsAtDeath).isLessThanOrEqualTo(ATTEMPTS_ON_THE_DEAD);
        }
        assertThat(fleet.members())
                .extracting(Member::name, Member::state)
                .contains(tuple("node-2", "ended"), tuple("node-4", "ready"));
    }

    @Test
    @Order(4)
    void noClientNoticesThatANodeIsTakenOut() throws Exception {
        try (Traffic traffic = Traffic.start(fleet.gateway(), questions, expected)) {
            traffic.awaitReplies(200, LIMIT);

            Fleet.Result scaled = fleet.run("scale", "2");
            traffic.awaitReplies(traffic.count() + 200L, LIMIT);

            assertThat(scaled.status()).isZero();
            assertThat(scaled.output()).contains("node-4");
            assertThat(traffic.failures()).isEmpty();
        }
    }

    @Test
    @Order(5)
    void ctrlCEndsEverything() throws Exception {
        launcher.pressCtrlC();

        assertThat(launcher.awaitExit(LIMIT)).isEqualTo(130);
        assertThat(fleet.processes()).isEmpty();
        assertThat(fleet.hasRecords()).isFalse();
    }

    private CompletableFuture<Fleet.Result> runInBackground(String... command) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return fleet.run(command);
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    /** When the node said for the first time that it is ready, in the time of {@link System#nanoTime}. */
    private static long awaitReady(URI node) {
        HttpRequest readiness = HttpRequest.newBuilder(node.resolve("/readyz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return Waiting.until(node + " is ready", LIMIT, () -> {
                try {
                    int status = http.send(readiness, BodyHandlers.discarding()).statusCode();
                    return status == 200 ? Optional.of(System.nanoTime()) : Optional.empty();
                } catch (IOException _) {
                    return Optional.empty(); // it does not listen yet
                }
            });
        }
    }

    private String fleetLogs() throws IOException {
        return fleet.logTails() + "\n=== launcher\n" + launcher.output();
    }
}
