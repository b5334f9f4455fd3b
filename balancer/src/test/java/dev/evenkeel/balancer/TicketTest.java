package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TicketTest {

    @Test
    void countsFromThePickToTheFirstOutcomeAndOnce() {
        TestFleet fleet = new TestFleet("least-work", 1);
        Endpoint node = fleet.node("0");
        Ticket ticket = fleet.pick(700);
        assertThat(node.ownWork()).isEqualTo(700);
        assertThat(node.ownRequests()).isEqualTo(1);
        assertThat(ticket.complete(new Outcome.Success())).isTrue();
        assertThat(ticket.complete(new Outcome.Lost(new Cause.Refused()))).isFalse();
        assertThat(node.ownWork()).isZero();
        assertThat(node.ownRequests()).isZero();
        assertThat(node.ejection().isEjected()).isFalse();
    }

    /** A client that reads slowly is no stall of the node, nor makes it look slow. */
    @Test
    void whoseAnswerHasBegunIsNoWorkOfTheNodeAnyMore() {
        TestFleet fleet = new TestFleet("peak-ewma", 1);
        Endpoint node = fleet.node("0");
        Ticket ticket = fleet.pick(700);
        fleet.pass(Duration.ofMillis(10));
        ticket.answering();
        assertThat(node.ownWork()).isZero();
        assertThat(node.ownRequests()).isZero();
        fleet.pass(Duration.ofSeconds(20));
        assertThat(ticket.complete(new Outcome.Success())).isTrue();
        assertThat(node.ownRequests()).isZero();
        assertThat(node.latency().nanos()).isEqualTo(10e6);
        Ticket broken = fleet.pick(700);
        broken.answering();
        broken.complete(new Outcome.Lost(new Cause.Broken()));
        assertThat(node.ejection().isEjected()).isTrue();
    }

    @Test
    void anOlderReportDoesNotReplaceANewerOne() {
        Endpoint node = new TestFleet("least-work", 1).node("0");
        node.report(report(2_000, 50), 10);
        node.report(report(9_000, 49), 11);
        assertThat(node.reported().orElseThrow().report().queueWork()).isEqualTo(2_000);
    }

    @Test
    void aNodeThatStaysInTheFleetKeepsItsState() {
        TestFleet fleet = new TestFleet("least-work", 2);
        Endpoint before = fleet.node("0");
        fleet.fleet.update(List.of("0", "9"), TestFleet::endpoint);
        assertThat(fleet.node("0")).isSameAs(before);
        assertThat(fleet.fleet.find("1")).isEmpty();
    }

    @Test
    void countsStayExactUnderManyThreads() throws Exception {
        TestFleet fleet = new TestFleet("least-work", 4);
        int threads = 16;
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                SplittableRandom random = new SplittableRandom(t);
                done.add(pool.submit(() -> pickAndComplete(fleet, random)));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        assertThat(fleet.fleet.endpoints()).allSatisfy(node -> {
            assertThat(node.ownWork()).isZero();
            assertThat(node.ownRequests()).isZero();
        });
    }

    private static void pickAndComplete(TestFleet fleet, SplittableRandom random) {
        List<Ticket> open = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            open.add(fleet.pick(random.nextLong(1, 10_000)));
            if (open.size() > 8) {
                Ticket ticket = open.remove(random.nextInt(open.size()));
                Outcome outcome =
                        random.nextInt(50) == 0 ? new Outcome.Lost(new Cause.Refused()) : new Outcome.Success();
                ticket.complete(outcome);
                ticket.complete(new Outcome.Cancelled());
            }
        }
        open.forEach(ticket -> ticket.complete(new Outcome.Success()));
    }

    private static LoadReport report(double queueWork, long seq) {
        return new LoadReport(0, 0, 0, 0, NodeState.UP, 1, 0, 0, 0, queueWork, 1e6, 1, seq);
    }
}
