package dev.evenkeel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import dev.evenkeel.acceptance.Traffic.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The fleet in containers, from {@code docker compose up} to {@code down -v}: stages of one fleet's life, in order. Skipped
 * where no Docker engine answers; those that take minutes run with {@code -Pfaults}. What each fault took is written to
 * {@code target/containers.csv}.
 */
@Testcontainers(disabledWithoutDocker = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class ContainersIT {

    private static final int NODES = 3;
    private static final int PER_SECOND = 100;

    /** A JVM that has just started needs some ten times the CPU for a request; faults are for a fleet that has settled. */
    private static final int TO_WARM = 4_000;

    private static final Path REPORT = Path.of("target", "containers.csv");

    /** A node that hangs as a whole, or is cut off, is out before a client could wonder. */
    private static final Duration OUT = Duration.ofMillis(1_500);

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<Question> questions = Question.all();
    private final Containers fleet = new Containers();
    private List<Answer> expected = List.of();

    @RegisterExtension
    private final TestExecutionExceptionHandler logs = (_, failure) -> {
        failure.addSuppressed(new AssertionError(fleet.logTails()));
        throw failure;
    };

    /** Something that happens to a fleet under load, and ends when the fleet is as it should be. */
    @FunctionalInterface
    private interface Event {

        /**
         * Returns for how long a node was still in rotation after the fault, the command that brought the fault included;
         * empty where that is no question.
         */
        Optional<Duration> happen() throws IOException, InterruptedException;
    }

    ContainersIT() throws IOException {}

    @BeforeAll
    void up() throws Exception {
        Files.writeString(REPORT, "event,requests,failed,out of rotation ms,slowest ms,p99 ms\n");
        fleet.up(NODES);
        fleet.awaitUp(NODES);
        expected = Traffic.answersOf(fleet.gateway(), questions);
        try (Traffic traffic = Traffic.start(fleet.gateway(), questions, expected)) {
            traffic.awaitReplies(TO_WARM, LIMIT);
            assertThat(traffic.failures()).isEmpty();
        }
    }

    /** As the one before has left it, or broken off: every stage has all nodes to begin with. */
    private void restore() throws IOException, InterruptedException {
        fleet.scale(NODES);
        fleet.awaitUp(NODES);
    }

    @AfterAll
    void end() throws Exception {
        fleet.end();
    }

    @Test
    @Order(1)
    void theReadmesCallsGiveTheReadmesAnswers() throws Exception {
        List<Readme> calls = Readme.calls();

        assertThat(calls).hasSizeGreaterThanOrEqualTo(3);
        for (Readme call : calls) {
            assertThat(call.run(fleet.gatewayPort())).matches(call::isAnswer, "as in the README: " + call.answer());
        }
    }

    @Test
    @Order(2)
    void containersHaveNoMoreRightsThanTheyNeed() throws Exception {
        for (InspectContainerResponse container : everyContainer()) {
            HostConfig host = container.getHostConfig();
            String name = container.getName();
            assertThat(host.getReadonlyRootfs()).as(name).isTrue();
            assertThat(host.getCapDrop()).as(name).extracting(Enum::name).containsExactly("ALL");
            assertThat(host.getCapAdd()).as(name).isNullOrEmpty();
            assertThat(host.getSecurityOpts()).as(name).contains("no-new-privileges:true");
            assertThat(host.getPrivileged()).as(name).isFalse();
            assertThat(host.getMemory()).as(name).isPositive().isEqualTo(host.getMemorySwap());
            assertThat(host.getNanoCPUs()).as(name).isPositive();
            assertThat(container.getConfig().getUser()).as(name).isEqualTo("10001:10001");

            // and what the kernel says of the process itself
            String status = fleet.docker("exec", container.getId(), "cat", "/proc/1/status");
            assertThat(status).as(name).containsPattern("Uid:\\s10001\\s").containsPattern("CapEff:\\s0{16}\n");
            assertThat(status).as(name).containsPattern("NoNewPrivs:\\s1");
        }
    }

    @Test
    @Order(2)
    void theGatewayAloneIsPublishedAndOnLoopback() {
        for (InspectContainerResponse container : everyContainer()) {
            List<Ports.Binding> published = container.getHostConfig().getPortBindings().getBindings().values().stream()
                    .filter(Objects::nonNull)
                    .flatMap(Stream::of)
                    .toList();
            boolean gateway = Objects.requireNonNull(container.getName()).contains("gateway");
            assertThat(published).as(container.getName()).hasSize(gateway ? 2 : 0); // the tests' own is the second
            assertThat(published).extracting(Ports.Binding::getHostIp).allMatch("127.0.0.1"::equals);
        }
    }

    @Test
    @Order(2)
    void everyServiceStartsFromItsCache() throws Exception {
        for (InspectContainerResponse container : everyContainer()) {
            assertThat(fleet.docker("exec", container.getId(), "cat", "/proc/1/maps"))
                    .as(container.getName())
                    .contains("app.aot");
            assertThat(fleet.docker("logs", container.getId())).doesNotContain("[aot");
        }
    }

    @Test
    @Order(2)
    void aNodeOfOneCpuHasOneWorker() throws Exception {
        for (String node : fleet.nodes()) {
            assertThat(fleet.docker("logs", node)).contains("1 workers of 1 threads on 1 CPUs");
        }
    }

    @Test
    @Tag("faults")
    @Order(3)
    void nobodyNoticesThatTheFleetGrowsAndShrinks() throws Exception {
        restore();
        underLoad("scale 3 to 5 to 2", () -> {
            fleet.scale(5);
            fleet.awaitUp(5);
            fleet.scale(2);
            fleet.awaitUp(2);
            return Optional.empty();
        });
    }

    @Test
    @Tag("faults")
    @Order(4)
    void nobodyNoticesARollingRestart() throws Exception {
        restore();
        underLoad("each node restarted in turn", () -> {
            for (String node : fleet.nodes()) {
                fleet.docker("restart", node);
                fleet.awaitUp(NODES);
            }
            return Optional.empty();
        });
    }

    @Test
    @Tag("faults")
    @Order(5)
    void nobodyNoticesThatANodeIsKilled() throws Exception {
        restore();
        String victim = fleet.nodes().getFirst();
        Duration out = underLoad("docker kill", () -> {
            long before = System.nanoTime();
            fleet.kill(victim);
            Duration time = fleet.timeUntilOut(victim, before);
            fleet.awaitUp(NODES - 1);
            return Optional.of(time);
        });
        assertThat(out).isLessThan(OUT);
    }

    @Test
    @Order(6)
    void nobodyNoticesThatANodeHangsAsAWhole() throws Exception {
        restore();
        String victim = fleet.nodes().getFirst();
        Duration out = underLoad("docker pause, 20 s", () -> {
            long before = fleet.pause(victim);
            Duration time = fleet.timeUntilOut(victim, before);
            TimeUnit.SECONDS.sleep(20); // how long it hangs is what is tested
            fleet.docker("unpause", victim);
            fleet.awaitUp(NODES);
            return Optional.of(time);
        });
        assertThat(out).isLessThan(OUT);
    }

    @Test
    @Tag("faults")
    @Order(7)
    void nobodyNoticesThatTheKernelKillsANodeForItsMemory() throws Exception {
        restore();
        String victim = fleet.nodes().getFirst();
        Duration after = underLoad("killed by the memory limit", () -> {
            // a neighbour inside takes the memory, and the node is the one to go
            String hog = "echo 1000 >/proc/1/oom_score_adj; tail /dev/zero";
            Thread eating = Thread.ofPlatform().start(() -> {
                try {
                    fleet.docker("exec", victim, "bash", "-c", hog);
                } catch (AssertionError | IOException | InterruptedException _) {
                    // it goes down with the container
                }
            });
            fleet.timeUntilOut(victim, System.nanoTime());
            Instant out = Instant.now();
            Waiting.until("the node was killed for its memory", LIMIT, () -> {
                String restarts = fleet.docker("inspect", "-f", "{{.RestartCount}}", victim);
                return restarts.strip().equals("0") ? Optional.empty() : Optional.of(true);
            });
            String killed = fleet.docker("inspect", "-f", "{{.State.FinishedAt}}", victim);
            // below zero: it has said that its memory is tight before the kernel came
            Duration time = Duration.between(Instant.parse(killed.strip()), out);
            fleet.awaitUp(NODES); // it is started again by itself
            eating.join();
            return Optional.of(time);
        });
        assertThat(after).isLessThan(OUT);
    }

    @Test
    @Tag("faults")
    @Order(8)
    void aNodeThatLosesMostOfItsCpuIsSentLessWithinTwoSeconds() throws Exception {
        restore();
        String victim = "";
        long from = System.nanoTime();
        try (Traffic traffic = Traffic.startSteady(fleet.gateway(), questions, expected, PER_SECOND)) {
            traffic.awaitReplies(10L * PER_SECOND, LIMIT);
            victim = busiest(traffic);
            long before = System.nanoTime();
            fleet.docker("update", "--cpus", "0.25", victim);
            long updated = System.nanoTime();
            traffic.awaitReplies(traffic.count() + 8L * PER_SECOND, LIMIT);

            long settled = updated + Duration.ofSeconds(2).toNanos();
            double shareBefore = share(
                    traffic.repliesSince(from).stream()
                            .filter(reply -> reply.askedAt() < before)
                            .toList(),
                    victim);
            double shareAfter = share(traffic.repliesSince(settled), victim);
            report("share of a node at a quarter of its CPU: %.3f, before: %.3f", shareAfter, shareBefore);
            assertThat(traffic.failures()).isEmpty();
            assertThat(shareAfter).isLessThan(shareBefore / 2);
        } finally {
            fleet.docker("update", "--cpus", "1", victim);
        }
    }

    /** The last, for it leaves a node less. */
    @Test
    @Order(9)
    void nobodyNoticesThatANodeIsStopped() throws Exception {
        restore();
        String victim = fleet.nodes().getFirst();
        underLoad("docker stop", () -> {
            fleet.docker("stop", victim);
            fleet.awaitUp(NODES - 1);
            return Optional.empty();
        });
    }

    @Test
    @Order(10)
    void downLeavesNothing() throws Exception {
        fleet.down();

        assertThat(fleet.leftovers()).isEmpty();
    }

    private Duration underLoad(String what, Event event) throws IOException, InterruptedException {
        Traffic traffic = Traffic.startSteady(fleet.gateway(), questions, expected, PER_SECOND);
        long from;
        Optional<Duration> out;
        try (traffic) {
            traffic.awaitReplies(2L * PER_SECOND, LIMIT);
            from = System.nanoTime();
            out = event.happen();
            traffic.awaitReplies(traffic.count() + 2L * PER_SECOND, LIMIT);
        }
        List<Duration> latencies =
                traffic.repliesSince(from).stream().map(Reply::latency).sorted().toList();
        int failed = traffic.failures().size();
        report(
                "\"%s\",%d,%d,%s,%d,%d",
                what,
                latencies.size() + failed,
                failed,
                out.map(time -> Long.toString(time.toMillis())).orElse(""),
                latencies.getLast().toMillis(),
                latencies.get(latencies.size() * 99 / 100).toMillis());
        assertThat(traffic.failures()).isEmpty();
        return out.orElse(Duration.ZERO);
    }

    private static void report(String format, Object... values) throws IOException {
        Files.writeString(REPORT, String.format(Locale.ROOT, format + "%n", values), StandardOpenOption.APPEND);
    }

    /** At a load that one node could take, most goes to the one that is a little faster. */
    private String busiest(Traffic traffic) throws IOException, InterruptedException {
        return fleet.nodes().stream()
                .max(Comparator.comparingInt(node -> traffic.repliesOf(node).size()))
                .orElseThrow();
    }

    private static double share(List<Reply> replies, String node) {
        long own = replies.stream().filter(reply -> reply.node().equals(node)).count();
        return (double) own / replies.size();
    }

    private List<InspectContainerResponse> everyContainer() {
        return Stream.of("registry-service", Containers.NODES, "gateway-service")
                .flatMap(service -> fleet.of(service).stream())
                .toList();
    }
}
