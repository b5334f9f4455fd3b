package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.OutlierDetection;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is judged by comparison with the fleet, each tick. */
class OutlierTest {

    private static final Outcome SUCCESS = new Outcome.Success();
    private static final Duration TICK = Balancer.TICK;

    private final TestFleet fleet = new TestFleet("round-robin", 4);

    @Test
    void aNodeThatFailsFarMoreOftenThanTheFleetIsOut() {
        // every third fails: never five in a row
        answer(120, node -> node == 0 ? 3 : 0);
        assertThat(out("0")).isFalse();
        look();
        assertThat(out("0")).isTrue();
        assertThat(out("1") || out("2") || out("3")).isFalse();
    }

    @Test
    void whatEveryNodeFailsAtEjectsNone() {
        answer(120, _ -> 3);
        look();
        assertThat(List.of("0", "1", "2", "3")).noneMatch(this::out);
    }

    @Test
    void aFewAnswersAreNoVerdict() {
        answer(4 * 12, node -> node == 0 ? 3 : 0);
        look();
        assertThat(out("0")).isFalse();
    }

    @Test
    void judgementTakesOutHalfOfTheFleetAndNoMore() {
        TestFleet six = new TestFleet("round-robin", 6);
        answer(six, 240, node -> node < 2 ? 3 : 0);
        for (String lost : List.of("4", "5")) {
            six.node(lost).ejection().onLoss(new Cause.Refused(), six.now(), six.now());
        }
        six.balancer.look();
        assertThat(six.fleet.endpoints())
                .as("those that are out already count")
                .filteredOn(node -> node.ejection().isEjected())
                .hasSize(3);
        six.node("3").ejection().onLoss(new Cause.Refused(), six.now(), six.now());
        assertThat(six.node("3").ejection().isEjected())
                .as("hard evidence needs no room")
                .isTrue();
    }

    @Test
    void aHealedNodeIsNotEjectedForWhatItWasEjectedFor() {
        answer(120, node -> node == 0 ? 3 : 0);
        look();
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(Duration.ofSeconds(1));
        fleet.pickFrom("0").complete(SUCCESS);
        look();
        assertThat(out("0")).isFalse();
        assertThat(fleet.node("0").failureShare(fleet.now())).isZero();
    }

    @Test
    void aNodeWhoseWorkDoesNotExplainItsLatencyIsOut() {
        answerIn(node -> node == 0 ? 200 : 10, 60);
        look();
        assertThat(out("0")).isTrue();
        assertThat(out("1") || out("2") || out("3")).isFalse();
    }

    @Test
    void slowerHardwareIsNoOutlier() {
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE / 20);
        answerIn(node -> node == 0 ? 200 : 10, 60);
        look();
        assertThat(out("0")).isFalse();
    }

    @Test
    void workThatOthersSentThereExplainsLatency() {
        fleet.report("0", NodeState.UP, 190_000, TestFleet.ONE_CORE);
        answerIn(node -> node == 0 ? 200 : 10, 60);
        look();
        assertThat(out("0")).isFalse();
    }

    @Test
    void aDifferenceThatNobodyNoticesEjectsNobody() {
        answerIn(node -> node == 0 ? 90 : 10, 60);
        look();
        assertThat(out("0")).as("nine times as long, and 80 ms").isFalse();
    }

    /** What bar B6 asks for, at latencies of tens of milliseconds. */
    @Test
    void aNodeFromWhichNothingComesIsOutWithinAQuarterOfASecond() {
        warm(40);
        List<Ticket> stuck = new ArrayList<>();
        AtomicInteger told = new AtomicInteger();
        long begin = fleet.now();
        while (!out("0") && fleet.now() - begin < Duration.ofSeconds(5).toNanos()) {
            for (Ticket ticket : pickAll(10_000)) {
                if (ticket.endpoint().id().equals("0")) {
                    ticket.onLost(told::incrementAndGet);
                    stuck.add(ticket);
                } else {
                    ticket.complete(SUCCESS);
                }
            }
            tick();
        }
        assertThat(Duration.ofNanos(fleet.now() - begin)).isLessThanOrEqualTo(Duration.ofMillis(250));
        assertThat(told).as("a stall is a loss").hasValue(stuck.size());
    }

    @Test
    void theLimitOfAStallGrowsWithWhatIsUsual() {
        warm(2_000);
        Ticket inside = fleet.pickFrom("0");
        ticks(Duration.ofSeconds(5));
        assertThat(out("0")).isFalse();
        ticks(Duration.ofSeconds(2));
        assertThat(out("0")).isTrue();
        inside.complete(new Outcome.Rescued());
    }

    private void assertStallsOnlyAfter(Duration explained) {
        ticks(explained);
        assertThat(out("0")).isFalse();
        ticks(Duration.ofMillis(250));
        assertThat(out("0")).isTrue();
    }

    @Test
    void aBigRequestIsNoStallForAsLongAsItsWorkExplains() {
        warm(10);
        sendTo("0", 1_000_000);
        assertStallsOnlyAfter(Duration.ofMillis(1_900));
    }

    @Test
    void manyRequestsAtOnceAreNoStallForAsLongAsTheirWorkExplains() {
        warm(10);
        for (int i = 0; i < 50; i++) {
            sendTo("0", 20_000);
        }
        assertStallsOnlyAfter(Duration.ofMillis(900));
    }

    @Test
    void whatComesLaterExcusesNoStall() {
        warm(10);
        sendTo("0", 20_000);
        ticks(Duration.ofMillis(150));
        for (int i = 0; i < 50; i++) {
            sendTo("0", 20_000);
        }
        ticks(Duration.ofMillis(100));
        assertThat(out("0")).isTrue();
    }

    @Test
    void workThatOthersHaveThereIsNoStall() {
        warm(10);
        fleet.report("0", NodeState.UP, 1_000_000, TestFleet.ONE_CORE);
        sendTo("0", 1_000);
        ticks(Duration.ofMillis(900));
        assertThat(out("0")).isFalse();
    }

    @Test
    void anIdleNodeAndOneThatIsNewHaveNoStall() {
        Ticket first = fleet.pickFrom("0");
        ticks(Duration.ofSeconds(10));
        assertThat(out("0")).as("nobody knows yet how long it takes").isFalse();
        first.complete(SUCCESS);
        warm(10);
        ticks(Duration.ofSeconds(60));
        fleet.pickFrom("0");
        tick();
        assertThat(out("0")).as("quiet counts from the first that is inside").isFalse();
    }

    @Test
    void whenNothingComesOutAnywhereItIsNotTheNodes() {
        warm(10);
        pickAll(1_000);
        ticks(Duration.ofSeconds(1));
        assertThat(List.of("0", "1", "2", "3")).noneMatch(this::out);
    }

    @Test
    void aPauseOfTheGatewayIsNoStall() {
        warm(10);
        sendTo("0", 1_000);
        tick();
        fleet.pass(Duration.ofSeconds(3));
        look();
        tick();
        assertThat(out("0")).isFalse();
    }

    @Test
    void aTrialThatStallsKeepsTheNodeOut() {
        warm(10);
        lose("0");
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        ticks(Duration.ofSeconds(1));
        Ticket trial = fleet.pickFrom("0");
        AtomicInteger told = new AtomicInteger();
        trial.onLost(told::incrementAndGet);
        ticks(Duration.ofMillis(50));
        assertThat(told).hasValue(0);
        ticks(Duration.ofMillis(100));
        assertThat(told).hasValue(1);
        assertThat(fleet.node("0").ejection().times()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STALLED", "MEMORY"})
    void whatTheNodeSaysItselfEjectsAndItComesBackByATrial(NodeState state) {
        Ticket inside = fleet.pickFrom("0");
        AtomicInteger told = new AtomicInteger();
        inside.onLost(told::incrementAndGet);
        fleet.report("0", state, 0, TestFleet.ONE_CORE);
        assertThat(told).hasValue(state == NodeState.STALLED ? 1 : 0);
        fleet.pass(Duration.ofSeconds(10));
        fleet.report("0", state, 0, TestFleet.ONE_CORE);
        assertThat(fleet.node("0").ejection().isLost()).isEqualTo(state == NodeState.STALLED);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        assertThat(out("0")).isTrue();
        Ticket trial = fleet.pickFrom("0");
        for (int i = 0; i < 20; i++) {
            assertThat(fleet.pick(1).endpoint().id()).isNotEqualTo("0");
        }
        trial.complete(SUCCESS);
        assertThat(out("0")).isFalse();
    }

    @Test
    void theShareOfFailuresIsUpAtOnceAndFades() {
        fleet.pickFrom("0").complete(new Outcome.Failure());
        assertThat(fleet.node("0").failureShare(fleet.now())).isEqualTo(0.5);
        fleet.pickFrom("0").complete(new Outcome.Lost(new Cause.Refused()));
        assertThat(fleet.node("0").failureShare(fleet.now())).isBetween(0.6, 0.7);
        fleet.pass(Duration.ofSeconds(30));
        assertThat(fleet.node("0").failureShare(fleet.now())).isLessThan(0.01);
        assertThat(fleet.node("1").failureShare(fleet.now())).isZero();
    }

    @Test
    void aSettingThatCannotBeIsRefusedInASentence() {
        assertThatThrownBy(() -> new OutlierDetection.Settings(
                        1.5, 20, 0.25, 3, 3, Duration.ofMillis(100), 3, Duration.ofMillis(100)))
                .hasMessage("maxEjected is 1.5; it must be from 0 to 1");
        assertThatThrownBy(() ->
                        new OutlierDetection.Settings(0.5, 20, 0.25, 3, 3, Duration.ofMillis(100), 3, Duration.ZERO))
                .hasMessage("stallFloor is PT0S; it must be above 0");
    }

    /** Rounds of one request each, answered at once; every n-th of a node's fails, none if n is 0. */
    private void answer(int picks, IntUnaryOperator everyNthFails) {
        answer(fleet, picks, everyNthFails);
    }

    private static void answer(TestFleet fleet, int picks, IntUnaryOperator everyNthFails) {
        int[] count = new int[fleet.fleet.endpoints().size()];
        for (int i = 0; i < picks; i++) {
            Ticket ticket = fleet.pick(1_000);
            int node = Integer.parseInt(ticket.endpoint().id());
            int nth = everyNthFails.applyAsInt(node);
            ticket.complete(nth > 0 && ++count[node] % nth == 0 ? new Outcome.Failure() : SUCCESS);
            fleet.pass(Duration.ofMillis(1));
        }
    }

    /** Rounds of one request of 10 ms' work to each node, which takes it so many milliseconds. */
    private void answerIn(IntUnaryOperator millis, int rounds) {
        for (int i = 0; i < rounds; i++) {
            List<Ticket> round = new ArrayList<>(pickAll(10_000));
            round.sort((a, b) -> Integer.compare(millis(millis, a), millis(millis, b)));
            int passed = 0;
            for (Ticket ticket : round) {
                fleet.pass(Duration.ofMillis(millis(millis, ticket) - passed));
                passed = millis(millis, ticket);
                ticket.complete(SUCCESS);
            }
        }
    }

    private static int millis(IntUnaryOperator millis, Ticket ticket) {
        return millis.applyAsInt(Integer.parseInt(ticket.endpoint().id()));
    }

    /** Every node has answered in so many milliseconds, several times. */
    private void warm(int millis) {
        answerIn(_ -> millis, 12);
        look();
    }

    private List<Ticket> pickAll(long work) {
        List<Ticket> tickets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tickets.add(fleet.pick(work));
        }
        return tickets;
    }

    private void sendTo(String id, long work) {
        for (Ticket ticket : pickAll(work)) {
            if (!ticket.endpoint().id().equals(id)) {
                ticket.complete(new Outcome.Cancelled());
            }
        }
    }

    private void lose(String id) {
        fleet.node(id).ejection().onLoss(new Cause.Refused(), fleet.now(), fleet.now());
    }

    private void ticks(Duration time) {
        for (Duration passed = TICK; passed.compareTo(time) <= 0; passed = passed.plus(TICK)) {
            tick();
        }
    }

    private void tick() {
        fleet.pass(TICK);
        look();
    }

    private void look() {
        fleet.balancer.look();
    }

    private boolean out(String id) {
        return fleet.node(id).ejection().isEjected();
    }
}
