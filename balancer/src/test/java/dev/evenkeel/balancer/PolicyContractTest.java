package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.load.NodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every policy owes its users; and what each adds. */
class PolicyContractTest {

    static Stream<String> policies() {
        return Policies.names().stream();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void equalNodesGetEqualShares(String policy) {
        TestFleet fleet = new TestFleet(policy, 4);
        Map<String, Integer> shares = shares(fleet, 4_000);
        // 1,000 each; five standard deviations of a fair die are 137
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(863, 1_137));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aNodeThatWasTriedIsNotPickedAgain(String policy) {
        TestFleet fleet = new TestFleet(policy, 3);
        for (int i = 0; i < 50; i++) {
            assertThat(fleet.pick(100, "0", "2").endpoint().id()).isEqualTo("1");
        }
        assertThat(fleet.balancer.pick(TestFleet.request(100, "0", "1", "2")))
                .isEqualTo(new Pick.NoneAvailable(Pick.Reason.ALL_TRIED));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void onlyNodesThatServeTheModelAreAsked(String policy) {
        TestFleet fleet = new TestFleet(policy, 3);
        fleet.node("0").announce(Set.of("other"));
        assertThat(shares(fleet, 60)).containsOnlyKeys("1", "2");
        fleet.node("1").announce(Set.of());
        fleet.node("2").announce(Set.of());
        assertThat(fleet.balancer.pick(TestFleet.request(1))).isEqualTo(new Pick.NoneAvailable(Pick.Reason.NOT_SERVED));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aNodeThatSaysItIsNotReadyGetsNothing(String policy) {
        for (NodeState state : NodeState.values()) {
            TestFleet fleet = new TestFleet(policy, 2);
            fleet.report("0", state, 0, TestFleet.ONE_CORE);
            assertThat(shares(fleet, 60).containsKey("0")).as("%s", state).isEqualTo(state == NodeState.UP);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aNodeThatSaidNothingYetGetsNothing(String policy) {
        TestFleet fleet = new TestFleet(policy, 2);
        fleet.fleet.update(List.of("0", "1", "new"), TestFleet::endpoint);
        assertThat(shares(fleet, 60)).containsOnlyKeys("0", "1");
    }

    @Test
    void anUnknownPolicyIsAnErrorThatListsTheKnown() {
        assertThatThrownBy(() -> Policies.create("fastest", new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("fastest", "least-work", "least-requests", "round-robin");
    }

    @Test
    void leastRequestsCountsRequestsWhateverTheirWork() {
        TestFleet fleet = new TestFleet("least-requests", 2);
        Ticket heavy = fleet.pick(1_000_000);
        Ticket light = fleet.pick(1);
        assertThat(light.endpoint()).isNotEqualTo(heavy.endpoint());
        light.complete(new Outcome.Success());
        assertThat(fleet.pick(1).endpoint()).isNotEqualTo(heavy.endpoint());
    }

    @Test
    void leastWorkCountsWorkNotRequests() {
        TestFleet fleet = new TestFleet("least-work", 2);
        Ticket heavy = fleet.pick(100_000);
        // ten light requests are less than the heavy one: all go to the other node
        for (int i = 0; i < 10; i++) {
            assertThat(fleet.pick(5_000).endpoint()).isNotEqualTo(heavy.endpoint());
        }
    }

    @Test
    void leastWorkGivesEachNodeItsShareOfTheFleetsSpeed() {
        TestFleet fleet = new TestFleet("least-work", 3);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.report("1", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.report("2", NodeState.UP, 0, TestFleet.ONE_CORE / 4);
        Map<String, Integer> outstanding = shares(fleet, 0);
        for (int i = 0; i < 900; i++) {
            outstanding.merge(fleet.pick(1_000).endpoint().id(), 1, Integer::sum);
        }
        // 4 : 4 : 1 of 900; a tie within 5 % may shift a share by as much
        assertThat(outstanding.get("2")).isBetween(94, 106);
        assertThat(outstanding.get("0")).isBetween(380, 420);
    }

    @Test
    void leastWorkSeesTheWorkThatOthersSent() {
        TestFleet fleet = new TestFleet("least-work", 2);
        fleet.report("0", NodeState.UP, 500_000, TestFleet.ONE_CORE);
        assertThat(shares(fleet, 40)).containsOnlyKeys("1");
    }

    @Test
    void leastWorkDoesNotCountItsOwnWorkTwice() {
        TestFleet fleet = new TestFleet("least-work", 2);
        Ticket own = fleet.pick(100_000);
        String id = own.endpoint().id();
        fleet.report(id, NodeState.UP, 100_000, TestFleet.ONE_CORE);
        assertThat(fleet.node(id).reported().orElseThrow().othersWork()).isZero();
        own.complete(new Outcome.Success());
        assertThat(shares(fleet, 100)).containsOnlyKeys("0", "1");
    }

    /** Picks and completes, one at a time. */
    private static Map<String, Integer> shares(TestFleet fleet, int picks) {
        Map<String, Integer> shares = new HashMap<>();
        IntStream.range(0, picks).forEach(_ -> {
            Ticket ticket = fleet.pick(1_000);
            shares.merge(ticket.endpoint().id(), 1, Integer::sum);
            ticket.complete(new Outcome.Success());
        });
        return shares;
    }
}
