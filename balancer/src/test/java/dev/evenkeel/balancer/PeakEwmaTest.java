package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {

    private static final double DECAY = 10e9;

    private final TestFleet fleet = new TestFleet("peak-ewma", 2);

    @BeforeEach
    void bothAnswerInTenMillis() {
        answer("0", 10, new Outcome.Success());
        answer("1", 10, new Outcome.Success());
    }

    @Test
    void aPeakIsTakenOverAtOnce() {
        answer("0", 500, new Outcome.Success());
        assertThat(millis("0")).isCloseTo(500, within(0.001));
        assertThat(fleet.shares(50)).containsOnlyKeys("1");
    }

    @Test
    void aShorterTimePullsItDownByTheTimeSinceTheLast() {
        answer("0", 500, new Outcome.Success());
        fleet.pass(Duration.ofMillis(9_990));
        answer("0", 10, new Outcome.Success());
        // 10 s: 500 / e + 10 (1 - 1 / e)
        assertThat(millis("0")).isCloseTo(190.26, within(0.01));
    }

    @Test
    void aPeakFadesWithoutAnswersSoThatTheNodeIsTriedAgain() {
        answer("0", 500, new Outcome.Success());
        fleet.pass(Duration.ofSeconds(10));
        assertThat(millis("0")).isCloseTo(183.94, within(0.01));
        fleet.pass(Duration.ofSeconds(30));
        answer("1", 20, new Outcome.Success());
        assertThat(fleet.pick(1).endpoint().id()).isEqualTo("0");
    }

    @Test
    void latencyCountsOnceForEachRequestThatWouldBeThere() {
        answer("0", 25, new Outcome.Success());
        Ticket first = fleet.pick(1);
        Ticket second = fleet.pick(1);
        // 10 then 20 against 25; a third on the same node would be 30
        assertThat(first.endpoint().id()).isEqualTo("1");
        assertThat(second.endpoint().id()).isEqualTo("1");
        assertThat(fleet.pick(1).endpoint().id()).isEqualTo("0");
    }

    @Test
    void aTimeoutIsAPeakAndAFastFailureIsNoSpeed() {
        answer("0", 400, new Outcome.Timeout());
        assertThat(millis("0")).isCloseTo(400, within(0.001));
        double before = millis("1");
        answer("1", 0, new Outcome.Failure());
        answer("1", 0, new Outcome.Overloaded(Duration.ofSeconds(1)));
        answer("1", 9_000, new Outcome.Cancelled());
        assertThat(millis("1")).isLessThanOrEqualTo(before).isGreaterThan(before * Math.exp(-1));
    }

    @Test
    void aNodeThatNeverAnsweredGetsOneRequestAndThenWaits() {
        TestFleet unknown = new TestFleet("peak-ewma", 2);
        Ticket known = unknown.pick(1, "1");
        unknown.pass(Duration.ofMillis(10));
        known.complete(new Outcome.Success());
        assertThat(unknown.pick(1).endpoint().id()).isEqualTo("1");
        assertThat(unknown.pick(1).endpoint().id()).isEqualTo("0");
        assertThat(unknown.pick(1).endpoint().id()).isEqualTo("0");
    }

    @Test
    void theDecayIsAParameter() {
        TestFleet fast = new TestFleet("peak-ewma:decay-ms=100", 1);
        for (int millis : new int[] {500, 100}) {
            Ticket ticket = fast.pick(1);
            fast.pass(Duration.ofMillis(millis));
            ticket.complete(new Outcome.Success());
        }
        // one time constant: 500 / e + 100 (1 - 1 / e)
        assertThat(fast.node("0").latency().nanos() / 1e6).isCloseTo(247.15, within(0.01));
    }

    private void answer(String id, int millis, Outcome outcome) {
        Ticket ticket = fleet.pick(1, id.equals("0") ? "1" : "0");
        fleet.pass(Duration.ofMillis(millis));
        ticket.complete(outcome);
    }

    private double millis(String id) {
        return fleet.node(id).latency().nanosAt(fleet.now(), DECAY) / 1e6;
    }
}
