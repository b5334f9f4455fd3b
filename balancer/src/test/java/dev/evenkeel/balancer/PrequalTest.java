package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.pick.Prober;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Prequal as requests and probes meet; the pool's own rules are in ProbePoolTest. */
class PrequalTest {

    /** A probe that is under way. */
    private record Sent(Endpoint endpoint, Prober.Answer answer) {}

    private final List<Sent> sent = new ArrayList<>();
    private final Prober prober = (endpoint, answer) -> sent.add(new Sent(endpoint, answer));

    @Test
    void aRequestSendsThreeProbesToDifferentNodes() {
        TestFleet fleet = new TestFleet("prequal", 10, prober);
        for (int i = 1; i <= 100; i++) {
            fleet.pick(1);
            Set<Endpoint> probed = new HashSet<>();
            sent.forEach(each -> probed.add(each.endpoint));
            assertThat(probed).hasSize(3);
            sent.clear();
        }
    }

    @Test
    void fractionsOfAProbeAreRoundedSoThatTheMeanIsRight() {
        TestFleet fleet = new TestFleet("prequal:probes=0.1", 10, prober);
        fleet.shares(10_000);
        // 1,000; five standard deviations of a binomial are 150
        assertThat(sent).hasSizeBetween(850, 1_150);
    }

    @Test
    void aSmallFleetIsProbedAsFarAsItGoes() {
        TestFleet fleet = new TestFleet("prequal", 2, prober);
        fleet.pick(1);
        assertThat(sent).hasSize(2);
    }

    @Test
    void probesDecideLaterRequestsNotTheirOwn() {
        TestFleet fleet = new TestFleet("prequal:q-rif=1,remove=0,delta=100", 3, prober);
        fleet.pick(1);
        answer(fleet, Map.of("0", 50.0, "1", 5.0, "2", 70.0));
        assertThat(ids(fleet, 3)).containsOnly("1");
    }

    @Test
    void withoutProbesAnyNodeIsTaken() {
        TestFleet fleet = new TestFleet("prequal", 4, Prober.NONE);
        // 1,000 each; five standard deviations are 137
        assertThat(fleet.shares(4_000).values())
                .allSatisfy(share -> assertThat(share).isBetween(863, 1_137));
    }

    @Test
    void aProbeIsTooOldAfterASecond() {
        TestFleet fleet = new TestFleet("prequal:q-rif=1,remove=0,delta=1000", 3, prober);
        fleet.pick(1);
        answer(fleet, Map.of("0", 50.0, "1", 5.0, "2", 70.0));
        fleet.pass(Duration.ofSeconds(1));
        assertThat(ids(fleet, 30)).containsOnly("1");
        fleet.pass(Duration.ofNanos(1));
        assertThat(ids(fleet, 60)).containsOnly("0", "1", "2");
    }

    @Test
    void theReuseLimitIsRoundedAtRandom() {
        // in a fleet of 100: 2 / (0.84 * 3 - 1) = 1.316, so that 0.316 of the probes are used twice
        int twice = 0;
        TestFleet fleet = new TestFleet("prequal:q-rif=1", 100, prober);
        for (int i = 0; i < 2_000; i++) {
            fleet.pass(Duration.ofSeconds(2));
            fleet.pick(1).complete(new Outcome.Cancelled());
            // a good one, which arrives last, and two for the removals of one request to take
            List<Sent> three = List.copyOf(sent);
            sent.clear();
            tell(fleet, three.get(0), 50);
            tell(fleet, three.get(1), 60);
            tell(fleet, three.get(2), 1);
            String good = three.get(2).endpoint.id();
            assertThat(ids(fleet, 1)).containsOnly(good);
            twice += ids(fleet, 1).contains(good) ? 1 : 0;
            sent.clear();
        }
        // 632; five standard deviations are 104, and a random node that takes its place is the same one 1 time in 100
        assertThat(twice).isBetween(528, 752);
    }

    @Test
    void aDecidedRequestTakesTheOldestProbeAwayAndTheNextTheWorst() {
        TestFleet fleet = new TestFleet("prequal:q-rif=1,probes=4,delta=1000", 4, prober);
        fleet.pick(1);
        Map<String, Double> latencies = Map.of("0", 5.0, "1", 60.0, "2", 70.0, "3", 80.0);
        // "0" is the best and the oldest, so the first request is its last
        sent.sort((a, b) -> a.endpoint.id().compareTo(b.endpoint.id()));
        answer(fleet, latencies);
        assertThat(ids(fleet, 1)).containsExactly("0");
        // of "1", "2" and "3" the best decides, and the worst goes; then the oldest of the two that are left
        assertThat(ids(fleet, 2)).containsExactly("1", "1");
    }

    @Test
    void aReusedProbeCountsWhatItSentSoThatTheNodeGetsHot() {
        TestFleet fleet = new TestFleet("prequal:remove=0,delta=1000", 3, prober);
        fleet.pick(1);
        answer(fleet, Map.of("0", 5.0, "1", 6.0, "2", 7.0));
        // all had none in flight: with one, a node is hot; when all are, they are taken in turn
        assertThat(ids(fleet, 3)).containsExactly("0", "1", "2");
        assertThat(ids(fleet, 3)).containsExactlyInAnyOrder("0", "1", "2");
    }

    @Test
    void aProbeOfANodeThatLeftMeanwhileIsNotUsed() {
        TestFleet fleet = new TestFleet("prequal:remove=0,delta=1000", 3, prober);
        fleet.pick(1);
        List<Sent> late = List.copyOf(sent);
        fleet.fleet.update(List.of("1", "2"), TestFleet::endpoint);
        fleet.pick(1);
        sent.clear();
        late.forEach(each -> tell(fleet, each, each.endpoint.id().equals("0") ? 1 : 50));
        assertThat(ids(fleet, 60)).containsOnly("1", "2");
    }

    private void answer(TestFleet fleet, Map<String, Double> latencies) {
        List<Sent> probes = List.copyOf(sent);
        sent.clear();
        assertThat(probes).hasSize(latencies.size());
        probes.forEach(each -> tell(fleet, each, latencies.getOrDefault(each.endpoint.id(), 0.0)));
    }

    private static void tell(TestFleet fleet, Sent probe, double p50Millis) {
        probe.answer.arrived(TestFleet.probed(0, p50Millis), fleet.now());
    }

    private static List<String> ids(TestFleet fleet, int picks) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < picks; i++) {
            Ticket ticket = fleet.pick(1);
            ids.add(ticket.endpoint().id());
            ticket.complete(new Outcome.Success());
        }
        return ids;
    }
}
