package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every policy owes its users; and what each adds. */
class PolicyContractTest {

    static Stream<String> policies() {
        return Stream.concat(
                Policies.names().stream(),
                Stream.of(
                        "weighted-least-requests:idle-equal=1",
                        "peak-ewma:choices=0",
                        "least-cpu:choices=2",
                        "least-work:unlike=0",
                        "prequal:q-rif=0.5,probes=0.5,remove=0.2"));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void equalNodesGetEqualShares(String policy) {
        TestFleet fleet = new TestFleet(policy, 4);
        Map<String, Integer> shares = fleet.shares(4_000);
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
        assertThat(fleet.shares(60)).containsOnlyKeys("1", "2");
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
            assertThat(fleet.shares(60).containsKey("0")).as("%s", state).isEqualTo(state == NodeState.UP);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aNodeThatSaidNothingYetGetsNothing(String policy) {
        TestFleet fleet = new TestFleet(policy, 2);
        fleet.fleet.update(List.of("0", "1", "new"), TestFleet::endpoint);
        assertThat(fleet.shares(60)).containsOnlyKeys("0", "1");
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aNodeThatLeftGetsNothingAndOneThatCameItsShare(String policy) {
        TestFleet fleet = new TestFleet(policy, 3);
        fleet.shares(60);
        fleet.fleet.update(List.of("1", "2", "3"), TestFleet::endpoint);
        fleet.node("3").announce(Set.of("m"));
        fleet.report("3", NodeState.UP, 0, TestFleet.ONE_CORE);
        Map<String, Integer> shares = fleet.shares(3_000);
        assertThat(shares).containsOnlyKeys("1", "2", "3");
        // 1,000; five standard deviations of a fair die are 129
        assertThat(shares.get("3")).isBetween(871, 1_129);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anEjectedNodeGetsNothing(String policy) {
        TestFleet fleet = new TestFleet(policy, 3);
        fleet.shares(60);
        fleet.pick(1, "0", "2").complete(new Outcome.Lost(new Cause.Broken()));
        assertThat(fleet.shares(60)).containsOnlyKeys("0", "2");
    }

    @ParameterizedTest
    @MethodSource("policies")
    void manyThreadsPickAtOnce(String policy) throws Exception {
        TestFleet fleet = new TestFleet(policy, 8);
        Map<String, Integer> all = new HashMap<>();
        Callable<Map<String, Integer>> picks = () -> fleet.shares(2_000);
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            for (Future<Map<String, Integer>> each : pool.invokeAll(Collections.nCopies(4, picks))) {
                each.get().forEach((node, share) -> all.merge(node, share, Integer::sum));
            }
        }
        assertThat(all).hasSize(8);
        assertThat(fleet.fleet.endpoints())
                .allSatisfy(node -> assertThat(node.ownRequests()).isZero());
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
    void twoChoicesTakeTheLessLoadedOfTwoAndNeverTheMostLoaded() {
        TestFleet fleet = new TestFleet("p2c-least-requests", 3);
        List<Ticket> onTwo = List.of(fleet.pick(1, "0", "1"), fleet.pick(1, "0", "1"));
        Ticket onOne = fleet.pick(1, "0", "2");
        // of three pairs, two have "0", and one is "1" and "2"
        Map<String, Integer> shares = fleet.shares(3_000);
        assertThat(shares).containsOnlyKeys("0", "1");
        assertThat(shares.get("1")).isBetween(871, 1_129);
        onOne.complete(new Outcome.Success());
        onTwo.forEach(ticket -> ticket.complete(new Outcome.Success()));
    }

    @Test
    void weightedLeastRequestsGivesEachNodeItsShareOfTheFleetsSpeed() {
        TestFleet fleet = new TestFleet("weighted-least-requests", 3);
        fleet.pass(Duration.ofSeconds(20));
        fleet.report("2", NodeState.UP, 0, TestFleet.ONE_CORE / 4);
        Map<String, Integer> outstanding = new HashMap<>();
        for (int i = 0; i < 900; i++) {
            outstanding.merge(fleet.pick(1_000).endpoint().id(), 1, Integer::sum);
        }
        // 4 : 4 : 1
        assertThat(outstanding).containsEntry("0", 400).containsEntry("1", 400).containsEntry("2", 100);
    }

    @Test
    void ofIdleNodesWeightedLeastRequestsTakesTheFastestOrAnyAsItIsTold() {
        TestFleet fastest = new TestFleet("weighted-least-requests", 2);
        TestFleet any = new TestFleet("weighted-least-requests:idle-equal=1", 2);
        for (TestFleet fleet : List.of(fastest, any)) {
            fleet.pass(Duration.ofSeconds(20));
            fleet.report("0", NodeState.UP, 0, 2 * TestFleet.ONE_CORE);
        }
        assertThat(fastest.shares(40)).containsOnlyKeys("0");
        assertThat(any.shares(40)).containsOnlyKeys("0", "1");
    }

    @Test
    void weightedLeastRequestsSmoothsItsWeights() {
        TestFleet fleet = new TestFleet("weighted-least-requests", 1);
        fleet.pass(Duration.ofSeconds(1));
        fleet.report("0", NodeState.UP, 0, 2 * TestFleet.ONE_CORE);
        // one time constant of the way from one core to two, and all of it after many
        assertThat(fleet.node("0").reported().orElseThrow().smoothWorkRate()).isCloseTo(1.632e6, within(1e3));
        fleet.pass(Duration.ofSeconds(20));
        fleet.report("0", NodeState.UP, 0, 2 * TestFleet.ONE_CORE);
        assertThat(fleet.node("0").reported().orElseThrow().smoothWorkRate()).isCloseTo(2e6, within(1e3));
    }

    @Test
    void leastCpuGoesWhereTheLeastCpuWasReportedUntilItHearsOtherwise() {
        TestFleet fleet = new TestFleet("least-cpu", 3);
        fleet.reportUsage("0", 10, 0, 0.5);
        fleet.reportUsage("1", 10, 0, 0.4);
        fleet.reportUsage("2", 10, 0, 0.6);
        for (int i = 0; i < 50; i++) {
            assertThat(fleet.pick(1_000).endpoint().id()).isEqualTo("1");
        }
    }

    @Test
    void leastCpuCountsWhatNeighboursTake() {
        TestFleet fleet = new TestFleet("least-cpu", 2);
        // 0.4 of it by itself, and one of two granted cores by others: 0.9
        fleet.node("0")
                .report(new LoadReport(0.4, 0, 1, 0, NodeState.UP, 1, 1, 0, 0, 0, TestFleet.ONE_CORE, 1, 100), 0);
        fleet.reportUsage("1", 10, 0, 0.8);
        assertThat(fleet.shares(40)).containsOnlyKeys("1");
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
    void leastWorkSendsARequestToItsLikeWithWhichItSharesABatch() {
        TestFleet fleet = withInside(Map.of("0", of(4, 2_000), "1", of(9, 1_000)));
        assertThat(fleet.pick(1_000).endpoint().id()).isEqualTo("1");
        assertThat(fleet.pick(2_000).endpoint().id()).isEqualTo("0");
    }

    @Test
    void leastWorkSendsNoRequestToItsLikeWhateverThatCosts() {
        TestFleet fleet = withInside(Map.of("0", of(4, 2_000), "1", of(24, 1_000)));
        assertThat(fleet.pick(1_000).endpoint().id()).isEqualTo("0");
    }

    @Test
    void toLeastWorkSmallRequestsAreAlikeWhoeverIsAmongThem() {
        TestFleet fleet = withInside(Map.of("0", List.of(1_000L, 1_000L, 1_000L, 1_000L, 9_000L), "1", of(4, 3_000)));
        assertThat(fleet.pick(1_000).endpoint().id()).isEqualTo("0");
    }

    @Test
    void leastWorkGoesByLoadAloneWhereNothingWaits() {
        TestFleet fleet = withInside(Map.of("0", of(1, 1_000), "1", of(1, 1_500)));
        assertThat(fleet.pick(1_500).endpoint().id()).isEqualTo("0");
    }

    @Test
    void leastWorkCountsTheLessOnWhatItSentThereTheMoreOthersDid() {
        TestFleet fleet = withInside(Map.of("0", of(2, 2_000), "1", of(2, 3_000)));
        assertThat(fleet.pick(3_000).endpoint().id()).isEqualTo("1");
        // of twenty requests in each node two are its own
        for (String id : List.of("0", "1")) {
            long own = fleet.node(id).ownWork();
            fleet.node(id)
                    .polled(
                            new LoadReport(
                                    0, 0, 0, 0, NodeState.UP, 1, 0, 0, 20, 36_000 + own, TestFleet.ONE_CORE, 1, 100),
                            fleet.now());
        }
        assertThat(fleet.pick(3_000).endpoint().id()).isEqualTo("0");
    }

    /** Two nodes, in which are requests of so much work. */
    private static TestFleet withInside(Map<String, List<Long>> inside) {
        TestFleet fleet = new TestFleet("least-work", 2);
        inside.forEach((id, sizes) -> sizes.forEach(size -> fleet.pick(size, id.equals("0") ? "1" : "0")));
        return fleet;
    }

    private static List<Long> of(int count, long work) {
        return Collections.nCopies(count, work);
    }

    @Test
    void leastWorkGivesEachNodeItsShareOfTheFleetsSpeed() {
        TestFleet fleet = new TestFleet("least-work", 3);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.report("1", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.report("2", NodeState.UP, 0, TestFleet.ONE_CORE / 4);
        Map<String, Integer> outstanding = new HashMap<>();
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
        assertThat(fleet.shares(40)).containsOnlyKeys("1");
    }

    @Test
    void leastWorkDoesNotCountItsOwnWorkTwice() {
        TestFleet fleet = new TestFleet("least-work", 2);
        Ticket own = fleet.pick(100_000);
        String id = own.endpoint().id();
        fleet.report(id, NodeState.UP, 100_000, TestFleet.ONE_CORE);
        assertThat(fleet.node(id).reported().orElseThrow().othersWork()).isZero();
        own.complete(new Outcome.Success());
        assertThat(fleet.shares(300)).containsOnlyKeys("0", "1");
    }
}
