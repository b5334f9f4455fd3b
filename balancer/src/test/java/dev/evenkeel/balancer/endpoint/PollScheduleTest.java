package dev.evenkeel.balancer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PollScheduleTest {

    private static final long TICK = 50_000_000;
    private static final long SECOND = 1_000_000_000;

    private final PollSchedule schedule = new PollSchedule(PollSchedule.Settings.DEFAULT, new SplittableRandom(1));
    private final List<Endpoint> fleet = IntStream.range(0, 20)
            .mapToObj(i -> new Endpoint("n" + i, URI.create("http://n" + i), Ejection.Settings.DEFAULT))
            .toList();
    private long now = 1;
    private long sent;

    @Test
    void anIdleGatewayAsksEverybodyByTheInterval() {
        all(NodeState.UP);
        pass(2 * SECOND, 0, false);
        assertThat(pass(SECOND, 0, false)).hasSizeBetween(20 * 3, 20 * 5);
    }

    @Test
    void aGatewayThatIsUsedAsksWithinItsBudgetAndEachOneNowAndThen() {
        all(NodeState.UP);
        pass(SECOND, 1, false);
        List<Endpoint> asked = pass(12 * SECOND, 1, false);
        // 20 a second are sent: a poll for each 20 of them, half a one beside, what was saved, and each one every 8 s
        // or later
        assertThat(asked).hasSizeLessThanOrEqualTo(12 + 6 + 4 + 2 * 20);
        assertThat(asked).containsAll(fleet);
    }

    @Test
    void whoReportsAllTheTimeIsAskedEveryFewSeconds() {
        all(NodeState.UP);
        pass(SECOND, 1, true);
        assertThat(pass(6 * SECOND, 1, true)).isEmpty();
        assertThat(pass(6 * SECOND, 1, true)).containsExactlyInAnyOrderElementsOf(fleet);
    }

    @Test
    void whoOwesAnAnswerIsAskedAtOnceThoughTheBudgetOfTheOthersIsSpent() {
        all(NodeState.UP);
        pass(4 * SECOND, 1, false);
        Endpoint owing = fleet.get(7);
        owing.begin(1, now);
        assertThat(pass(300_000_000, 1, false)).contains(owing);
    }

    @Test
    void whoIsNotInRotationIsAskedByTheInterval() {
        all(NodeState.UP);
        Endpoint warming = fleet.get(3);
        Endpoint ejected = fleet.get(4);
        warming.report(report(NodeState.WARMING), now);
        ejected.ejection().onLoss(new Cause.Refused(), now, now);
        pass(SECOND, 1, false);
        List<Endpoint> asked = pass(SECOND, 1, false);
        assertThat(asked).filteredOn(warming::equals).hasSizeBetween(3, 5);
        assertThat(asked).filteredOn(ejected::equals).hasSizeBetween(3, 5);
    }

    /** Those that were asked; they do not answer, and report only by themselves. */
    private List<Endpoint> pass(long nanos, int sentEachTick, boolean reporting) {
        List<Endpoint> asked = new ArrayList<>();
        for (long end = now + nanos; now < end; now += TICK) {
            sent += sentEachTick;
            if (reporting) {
                all(NodeState.UP);
            }
            asked.addAll(schedule.due(fleet, sent, now));
        }
        return asked;
    }

    private void all(NodeState state) {
        fleet.forEach(endpoint -> endpoint.report(report(state), now));
    }

    private static LoadReport report(NodeState state) {
        return new LoadReport(0, 0, 0, 0, state, 1, 0, 0, 0, 0, 1e6, 1, 1);
    }
}
