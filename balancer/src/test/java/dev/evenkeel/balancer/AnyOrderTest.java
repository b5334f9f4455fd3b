package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds whatever happens in whatever order. */
class AnyOrderTest {

    private static final int NODES = 4;
    private static final long LONGEST = Ejection.Settings.DEFAULT.maxTime().toNanos();

    /** What happens next; to which of those that it may happen to, is the rest of a division. */
    sealed interface Event {

        record Send(long work) implements Event {}

        record End(int which, int outcome) implements Event {}

        record Pass(int millis) implements Event {}

        record Report(int node, NodeState state) implements Event {}

        record Lose(int node) implements Event {}
    }

    @Provide
    Arbitrary<List<Event>> events() {
        Arbitrary<Event> send = Arbitraries.longs().between(1, 100_000).map(Event.Send::new);
        Arbitrary<Event> end = Combinators.combine(
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(0, 6))
                .as(Event.End::new);
        Arbitrary<Event> pass = Arbitraries.integers().between(0, 3_000).map(Event.Pass::new);
        Arbitrary<Event> report = Combinators.combine(
                        Arbitraries.integers().between(0, NODES - 1), Arbitraries.of(NodeState.class))
                .as(Event.Report::new);
        Arbitrary<Event> lose = Arbitraries.integers().between(0, NODES - 1).map(Event.Lose::new);
        // most is traffic
        return Arbitraries.oneOf(List.of(send, send, send, end, end, end, pass, report, lose))
                .list()
                .ofMinSize(1)
                .ofMaxSize(200);
    }

    @Property(tries = 500)
    void whatIsOutstandingIsNeverNegativeAndComesToNothing(@ForAll("events") List<Event> events) {
        Run run = new Run();
        for (Event event : events) {
            run.apply(event);
            assertThat(run.fleet.fleet.endpoints()).allSatisfy(node -> {
                assertThat(node.ownWork()).isNotNegative();
                assertThat(node.ownRequests()).isNotNegative();
            });
        }
        run.open.forEach(ticket -> ticket.complete(new Outcome.Success()));
        assertThat(run.fleet.fleet.endpoints()).allSatisfy(node -> {
            assertThat(node.ownWork()).isZero();
            assertThat(node.ownRequests()).isZero();
        });
    }

    /** Of each ejection one at a time; one that hangs for as long as the longest ejection is given again. */
    @Property(tries = 500)
    void anEjectedNodeGetsItsTrialsAndNoMore(@ForAll("events") List<Event> events) {
        Run run = new Run();
        Map<String, Long> trials = new HashMap<>();
        Map<Ticket, String> open = new HashMap<>();
        for (Event event : events) {
            Map<String, Boolean> before = new HashMap<>();
            run.fleet
                    .fleet
                    .endpoints()
                    .forEach(node -> before.put(node.id(), node.ejection().isEjected()));
            if (event instanceof Event.Send(long work)) {
                // rescues never go to a node that is out, so there is no panic in the way
                Pick pick = run.fleet.balancer.pickInRotation(TestFleet.request(work));
                if (!(pick instanceof Pick.Picked(Ticket ticket))) {
                    continue;
                }
                run.open.add(ticket);
                Endpoint node = ticket.endpoint();
                if (before.getOrDefault(node.id(), false)) {
                    String ejection = node.id() + " the " + node.ejection().times();
                    Long last = trials.put(ejection, run.fleet.now());
                    open.put(ticket, ejection);
                    assertThat(last == null || run.fleet.now() - last >= LONGEST)
                            .as("a trial of %s is under way", ejection)
                            .isTrue();
                }
            } else {
                run.apply(event);
                open.keySet().removeIf(ticket -> {
                    boolean ended = !run.open.contains(ticket);
                    if (ended) {
                        trials.remove(open.get(ticket));
                    }
                    return ended;
                });
            }
        }
    }

    @Property(tries = 200)
    void theSameEventsGiveTheSameRun(@ForAll("events") List<Event> events) {
        Run one = new Run();
        Run other = new Run();
        events.forEach(one::apply);
        events.forEach(other::apply);
        assertThat(one.chosen).isEqualTo(other.chosen);
    }

    /** A fleet that events happen to. */
    private static final class Run {

        final TestFleet fleet = new TestFleet("least-work", NODES);
        final List<Ticket> open = new ArrayList<>();
        final List<String> chosen = new ArrayList<>();

        void apply(Event event) {
            switch (event) {
                case Event.Send(long work) -> {
                    Pick pick = fleet.balancer.pick(TestFleet.request(work));
                    chosen.add(
                            pick instanceof Pick.Picked(Ticket ticket)
                                    ? ticket.endpoint().id()
                                    : pick.toString());
                    if (pick instanceof Pick.Picked(Ticket ticket)) {
                        open.add(ticket);
                    }
                }
                case Event.End(int which, int outcome) -> {
                    if (!open.isEmpty()) {
                        Ticket ticket = open.remove(which % open.size());
                        ticket.complete(outcome(outcome));
                        ticket.complete(new Outcome.Success());
                    }
                }
                case Event.Pass(int millis) -> {
                    fleet.pass(Duration.ofMillis(millis));
                    fleet.balancer.look();
                }
                case Event.Report(int node, NodeState state) ->
                    fleet.report(Integer.toString(node), state, 10_000, TestFleet.ONE_CORE);
                case Event.Lose(int node) ->
                    fleet.node(Integer.toString(node))
                            .ejection()
                            .onLoss(new Cause.Silent(Duration.ofMillis(500)), fleet.now(), fleet.now());
            }
        }

        private static Outcome outcome(int number) {
            return switch (number) {
                case 0 -> new Outcome.Failure();
                case 1 -> new Outcome.Timeout();
                case 2 -> new Outcome.Lost(new Cause.Broken());
                case 3 -> new Outcome.Overloaded(Duration.ofSeconds(1));
                case 4 -> new Outcome.Cancelled();
                case 5 -> new Outcome.Rescued();
                default -> new Outcome.Success();
            };
        }
    }
}
