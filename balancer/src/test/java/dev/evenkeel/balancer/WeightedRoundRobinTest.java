package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights by gRFC A58: requests per second over utilisation, with what they wait for. */
class WeightedRoundRobinTest {

    private static final Duration BLACKOUT = Duration.ofSeconds(10);
    private static final Duration UPDATE = Duration.ofSeconds(1);

    private final TestFleet fleet = new TestFleet("weighted-round-robin", 3);

    @Test
    void sharesFollowRequestsPerSecondOverUtilisation() {
        // 100 / 0.5 = 200, 100 / 0.25 = 400, 300 / 0.75 = 400
        report(100, 0.5, 100, 0.25, 300, 0.75);
        fleet.pass(BLACKOUT);
        assertShares(fleet.shares(1_000), 200, 400, 400);
    }

    @Test
    void failuresCountAsUtilisation() {
        fleet.reportUsage("0", 100, 50, 0.5);
        fleet.reportUsage("1", 100, 0, 0.5);
        fleet.reportUsage("2", 100, 0, 0.5);
        fleet.pass(BLACKOUT);
        // 100 / (0.5 + 0.5) against 100 / 0.5
        assertShares(fleet.shares(1_000), 200, 400, 400);
    }

    @Test
    void thePenaltyOfFailuresIsAParameter() {
        TestFleet lenient = new TestFleet("weighted-round-robin:error-penalty=0", 2);
        lenient.reportUsage("0", 100, 90, 0.5);
        lenient.reportUsage("1", 100, 0, 0.5);
        lenient.pass(BLACKOUT);
        assertThat(lenient.shares(1_000)).containsEntry("0", 500).containsEntry("1", 500);
    }

    @Test
    void duringTheBlackoutAllAreEqual() {
        report(100, 0.5, 100, 0.25, 300, 0.75);
        fleet.pass(BLACKOUT.minusNanos(1));
        assertShares(fleet.shares(999), 333, 333, 333);
    }

    @Test
    void aNodeWithoutAWeightGetsTheMeanOfTheOthers() {
        fleet.reportUsage("0", 100, 0, 0.5);
        fleet.reportUsage("1", 300, 0, 0.5);
        fleet.pass(BLACKOUT);
        // 200, 600, and 400
        assertShares(fleet.shares(1_200), 200, 600, 400);
    }

    @Test
    void byOneWeightAloneNothingCanBeTold() {
        fleet.reportUsage("0", 1, 0, 1);
        fleet.pass(BLACKOUT);
        assertShares(fleet.shares(999), 333, 333, 333);
    }

    @Test
    void anIdleNodesReportsLeaveItsWeightUntilItExpires() {
        report(100, 0.5, 100, 0.25, 300, 0.75);
        fleet.pass(Duration.ofSeconds(179));
        report(0, 0, 0, 0.01, 0, 0);
        assertShares(fleet.shares(1_000), 200, 400, 400);
        fleet.pass(UPDATE);
        assertShares(fleet.shares(999), 333, 333, 333);
    }

    @Test
    void afterAnInterruptionThereIsAnotherBlackout() {
        report(100, 0.5, 100, 0.25, 300, 0.75);
        fleet.pass(Duration.ofMinutes(3));
        report(100, 0.5, 100, 0.25, 300, 0.75);
        assertShares(fleet.shares(999), 333, 333, 333);
        fleet.pass(BLACKOUT);
        assertShares(fleet.shares(1_000), 200, 400, 400);
    }

    @Test
    void aReportCountsFromTheNextUpdate() {
        report(100, 0.5, 100, 0.25, 300, 0.75);
        fleet.pass(BLACKOUT);
        fleet.shares(1);
        report(100, 1, 100, 1, 100, 1);
        fleet.pass(UPDATE.minusNanos(1));
        assertShares(fleet.shares(1_000), 200, 400, 400);
        fleet.pass(Duration.ofNanos(1));
        assertShares(fleet.shares(999), 333, 333, 333);
    }

    @Test
    void withoutOneNodeTheOthersKeepTheirProportion() {
        report(100, 0.5, 100, 0.25, 300, 0.75);
        fleet.pass(BLACKOUT);
        int[] shares = new int[3];
        for (int i = 0; i < 900; i++) {
            Ticket ticket = fleet.pick(1, "2");
            shares[Integer.parseInt(ticket.endpoint().id())]++;
            ticket.complete(new Outcome.Success());
        }
        assertThat(shares[0]).isBetween(298, 302);
        assertThat(shares[1]).isBetween(598, 602);
    }

    private void report(double rps0, double cpu0, double rps1, double cpu1, double rps2, double cpu2) {
        fleet.reportUsage("0", rps0, 0, cpu0);
        fleet.reportUsage("1", rps1, 0, cpu1);
        fleet.reportUsage("2", rps2, 0, cpu2);
    }

    /** A stride is rounded to 1 of 65,535, and a cut through a round shifts a share by one pick. */
    private static void assertShares(Map<String, Integer> shares, int... expected) {
        for (int node = 0; node < expected.length; node++) {
            assertThat(shares.get(Integer.toString(node)))
                    .as("%s", shares)
                    .isBetween(expected[node] - 2, expected[node] + 2);
        }
    }
}
