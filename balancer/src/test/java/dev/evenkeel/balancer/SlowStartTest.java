package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.filter.PanicThreshold;
import dev.evenkeel.balancer.filter.SlowStart;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How nodes come in, how they come back, and what happens when few are left. */
class SlowStartTest {

    private static final Outcome SUCCESS = new Outcome.Success();
    private static final int PER_SECOND = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {"least-work", "least-requests", "round-robin"})
    void aNewNodeGetsAGrowingShareAndNeverMoreThanItsOwn(String policy) {
        TestFleet fleet = established(policy, 9);
        join(fleet, 9);
        int[] shares = new int[5];
        for (int second = 0; second < 5; second++) {
            shares[second] = run(fleet, 1_000, "9");
        }
        // fair is a tenth of 1,000; the ramp's mean is 25, 55 and 85 % in its three seconds
        assertThat(shares[0]).isBetween(10, 30);
        assertThat(shares[1]).isBetween(35, 65);
        assertThat(shares[2]).isBetween(55, 100);
        assertThat(shares[4]).isBetween(80, 120);
    }

    @ParameterizedTest
    @ValueSource(strings = {"least-work", "least-requests", "round-robin"})
    void aHealedNodeIsBackAtItsShareWithinFiveSecondsAndNeverAboveIt(String policy) {
        TestFleet fleet = established(policy, 10);
        fleet.node("3").ejection().onLoss(new Cause.Refused(), fleet.now(), fleet.now());
        run(fleet, 5_000, "3");
        fleet.report("3", NodeState.UP, 0, TestFleet.ONE_CORE);
        for (int second = 0; second < 6; second++) {
            int share = run(fleet, 1_000, "3");
            assertThat(share).isBetween(second < 4 ? 1 : 80, 120);
        }
    }

    @Test
    void aFleetThatIsAllNewHasNoRamp() {
        TestFleet fleet = new TestFleet("round-robin", 2);
        fleet.balancer.look();
        fleet.pass(Duration.ofSeconds(1));
        join(fleet, 2);
        fleet.balancer.look();
        assertThat(run(fleet, 300, "2")).as("it belongs to the same start").isBetween(99, 101);
    }

    @Test
    void aRequestThatHasNowhereElseToGoGoesToANewNode() {
        TestFleet fleet = established("round-robin", 2);
        join(fleet, 2);
        run(fleet, 50, "2");
        for (int i = 0; i < 10; i++) {
            assertThat(fleet.pick(1, "0", "1").endpoint().id()).isEqualTo("2");
        }
    }

    @Test
    void oneThatWasOutForAMomentHasAsShortARamp() {
        TestFleet fleet = established("round-robin", 4);
        breakOne(fleet);
        fleet.pass(Duration.ofMillis(200));
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pickFrom("0").complete(SUCCESS);
        fleet.pass(Duration.ofMillis(200));
        assertThat(run(fleet, 40, "0")).isEqualTo(10);
    }

    @Test
    void aLoneBrokenConnectionOfANodeThatWasJustHeardGivesUpNobodyAndEndsAtTheFirstWord() {
        TestFleet fleet = established("round-robin", 4);
        Ticket inside = fleet.pickFrom("0");
        breakOne(fleet);
        assertThat(fleet.node("0").ejection().isEjected()).as("out at once").isTrue();
        assertThat(fleet.node("0").ejection().isLost()).as("not given up").isFalse();
        assertThat(run(fleet, 40, "0")).as("no trial before it is heard").isZero();
        inside.complete(SUCCESS);
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void aSecondBrokenConnectionLeavesNoDoubt() {
        TestFleet fleet = established("round-robin", 4);
        Ticket inside = fleet.pickFrom("0");
        breakOne(fleet);
        inside.complete(new Outcome.Lost(new Cause.Broken()));
        assertThat(fleet.node("0").ejection().isLost()).isTrue();
        assertThat(fleet.node("0").ejection().times()).isEqualTo(1);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        assertThat(run(fleet, 40, "0")).as("its time is a second, as ever").isZero();
    }

    @Test
    void aNodeThatBreaksAgainIsNotDoubtedAgain() {
        TestFleet fleet = established("round-robin", 4);
        breakOne(fleet);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pickFrom("0").complete(SUCCESS);
        fleet.pass(Duration.ofSeconds(2));
        breakOne(fleet);
        assertThat(fleet.node("0").ejection().isLost()).isTrue();
    }

    /** It says that it is up as a new node does, and was asked a moment ago. */
    @Test
    void aTrialThatTellsNothingIsFollowedByAnotherAtOnce() {
        TestFleet fleet = established("round-robin", 4);
        fleet.report("0", NodeState.STALLED, 0, TestFleet.ONE_CORE);
        fleet.pass(Duration.ofSeconds(1));
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pickFrom("0").complete(new Outcome.Cancelled());
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void belowThePanicThresholdAllAreAskedThatAreNotDead() {
        TestFleet fleet = established("round-robin", 5);
        fleet.node("0").ejection().onLoss(new Cause.Refused(), fleet.now(), fleet.now());
        failInARow(fleet, "2");
        fleet.balancer.look();
        assertThat(run(fleet, 30, "2")).as("three of five are left").isZero();
        fleet.report("1", NodeState.STALLED, 0, TestFleet.ONE_CORE);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.balancer.look();
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            asked.add(fleet.pick(1).endpoint().id());
        }
        assertThat(asked).as("one that was lost waits for its trial").containsExactlyInAnyOrder("2", "3", "4");
        fleet.pass(Duration.ofSeconds(1));
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void settingsThatCannotBeAreRefusedInASentence() {
        assertThatThrownBy(() -> new SlowStart.Settings(Duration.ofSeconds(-1), 0.1))
                .hasMessage("ramp is PT-1S; it must be 0 or more");
        assertThatThrownBy(() -> new SlowStart.Settings(Duration.ofSeconds(1), 0))
                .hasMessage("minShare is 0.0; it must be above 0 and at most 1");
        assertThatThrownBy(() -> new PanicThreshold(1.1)).hasMessage("panicThreshold is 1.1; it must be from 0 to 1");
    }

    /** A fleet that has served for a while. */
    private static TestFleet established(String policy, int nodes) {
        TestFleet fleet = new TestFleet(policy, nodes);
        run(fleet, 20_000, "none");
        return fleet;
    }

    private static void join(TestFleet fleet, int id) {
        List<String> ids =
                IntStream.rangeClosed(0, id).mapToObj(Integer::toString).toList();
        fleet.fleet.update(ids, TestFleet::endpoint);
        fleet.node(Integer.toString(id)).announce(Set.of("m"));
        fleet.report(Integer.toString(id), NodeState.UP, 0, TestFleet.ONE_CORE);
    }

    /** The connection breaks under one request, a moment after something else was heard from the node. */
    private static void breakOne(TestFleet fleet) {
        Ticket breaks = fleet.pickFrom("0");
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(Duration.ofMillis(50));
        breaks.complete(new Outcome.Lost(new Cause.Broken()));
    }

    private static void failInARow(TestFleet fleet, String id) {
        for (int i = 0; i < 5 && !fleet.node(id).ejection().isEjected(); i++) {
            fleet.pickFrom(id).complete(new Outcome.Failure());
        }
    }

    /** A request a millisecond, each of which takes 5 ms; how many of them go to a node. */
    private static int run(TestFleet fleet, int requests, String id) {
        Queue<Ticket> inside = new ArrayDeque<>();
        int count = 0;
        for (int i = 0; i < requests; i++) {
            Ticket ticket = fleet.pick(5_000);
            count += ticket.endpoint().id().equals(id) ? 1 : 0;
            inside.add(ticket);
            if (inside.size() > 5) {
                inside.remove().complete(SUCCESS);
            }
            fleet.pass(Duration.ofSeconds(1).dividedBy(PER_SECOND));
            if (i % 50 == 0) {
                fleet.balancer.look();
            }
        }
        inside.forEach(ticket -> ticket.complete(SUCCESS));
        return count;
    }
}
