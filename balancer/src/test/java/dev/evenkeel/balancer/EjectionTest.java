package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EjectionTest {

    private static final Outcome SUCCESS = new Outcome.Success();
    private static final Outcome GONE = new Outcome.Lost(new Cause.Broken());
    private static final Outcome ERROR = new Outcome.Failure();
    private static final Duration BASE = Duration.ofSeconds(1);

    private final TestFleet fleet = new TestFleet("round-robin", 3);

    @Test
    void aNodeThatIsGoneIsOutAtOnce() {
        fleet.pickFrom("0").complete(GONE);
        assertThat(picksOf("0", 100)).isZero();
    }

    @Test
    void errorsEjectWhenTheyComeInARow() {
        for (int i = 0; i < 4; i++) {
            fleet.pickFrom("0").complete(ERROR);
        }
        fleet.pickFrom("0").complete(SUCCESS);
        for (int i = 0; i < 4; i++) {
            fleet.pickFrom("0").complete(new Outcome.Timeout());
        }
        assertThat(picksOf("0", 30)).isEqualTo(10);
        fleet.pickFrom("0").complete(ERROR);
        assertThat(picksOf("0", 30)).isZero();
    }

    @Test
    void aFullNodeAndAClientThatLeftEjectNobody() {
        for (int i = 0; i < 50; i++) {
            fleet.pickFrom("0").complete(new Outcome.Overloaded(Duration.ofSeconds(1)));
            fleet.pickFrom("0").complete(new Outcome.Cancelled());
        }
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void aNodeThatIsNotHeardFromGetsNoTrial() {
        fleet.pickFrom("0").complete(GONE);
        fleet.pass(BASE.multipliedBy(100));
        assertThat(picksOf("0", 100)).isZero();
    }

    @Test
    void aNodeThatIsHeardAgainGetsOneTrialAndComesBackByIt() {
        fleet.pickFrom("0").complete(GONE);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        assertThat(picksOf("0", 30)).as("before its time").isZero();
        fleet.pass(BASE);
        Ticket trial = fleet.pickFrom("0");
        assertThat(picksOf("0", 100)).as("while the trial is under way").isZero();
        trial.complete(SUCCESS);
        fleet.pass(BASE); // its slow start is as long as it was out
        assertThat(picksOf("0", 30)).isEqualTo(10);
    }

    @Test
    void aTrialThatFailsEjectsForTwiceAsLong() {
        fleet.pickFrom("0").complete(GONE);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(BASE);
        fleet.pickFrom("0").complete(ERROR);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(BASE.multipliedBy(2).minusNanos(1));
        assertThat(picksOf("0", 30)).isZero();
        fleet.pass(Duration.ofNanos(1));
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void aTrialWithoutAVerdictIsGivenAgain() {
        fleet.pickFrom("0").complete(GONE);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(BASE);
        fleet.pickFrom("0").complete(new Outcome.Cancelled());
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void aTrialThatNeverEndsIsGivenAgainAfterTheLongestEjection() {
        fleet.pickFrom("0").complete(GONE);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(BASE);
        Ticket hangs = fleet.pickFrom("0");
        fleet.pass(Duration.ofSeconds(30).minusNanos(1));
        assertThat(picksOf("0", 30)).isZero();
        fleet.pass(Duration.ofNanos(1));
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
        hangs.complete(new Outcome.Cancelled());
    }

    @Test
    void aRequestThatWasAtEveryNodeInRotationIsNotSentToAnEjectedOne() {
        fleet.pickFrom("0").complete(GONE);
        assertThat(fleet.balancer.pick(TestFleet.request(1, "1", "2")))
                .isEqualTo(new Pick.NoneAvailable(Pick.Reason.ALL_TRIED));
    }

    @Test
    void manyRequestsLostWithOneNodeAreOneEjection() {
        List<Ticket> inside = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            inside.add(fleet.pickFrom("0"));
        }
        fleet.pass(Duration.ofMillis(1));
        inside.forEach(ticket -> ticket.complete(GONE));
        assertThat(fleet.node("0").ejection().times()).isEqualTo(1);
    }

    @Test
    void whatWasSentBeforeTheEjectionNeitherHealsNorEjectsAgain() {
        Ticket slowSuccess = fleet.pickFrom("0");
        Ticket slowFailure = fleet.pickFrom("0");
        fleet.pass(Duration.ofMillis(1));
        fleet.pickFrom("0").complete(GONE);
        slowSuccess.complete(SUCCESS);
        assertThat(fleet.node("0").ejection().isEjected()).isTrue();
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(BASE);
        fleet.pickFrom("0").complete(SUCCESS);
        slowFailure.complete(GONE);
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void aNodeThatStayedHealthyStartsFromTheShortestEjectionAgain() {
        fleet.pickFrom("0").complete(GONE);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(BASE);
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().times()).isEqualTo(1);
        fleet.pass(Duration.ofMinutes(1));
        fleet.pickFrom("0").complete(SUCCESS);
        assertThat(fleet.node("0").ejection().times()).isZero();
    }

    @Test
    void whenEveryNodeIsEjectedTheyAreAskedAllTheSameAndHealByAnswering() {
        for (String id : List.of("0", "1", "2")) {
            fleet.pickFrom(id).complete(GONE);
        }
        fleet.pass(Duration.ofMillis(1));
        Ticket ticket = fleet.pick(1);
        ticket.complete(SUCCESS);
        assertThat(ticket.endpoint().ejection().isEjected()).isFalse();
    }

    @Test
    void whenNoNodeIsUpThereIsNone() {
        for (String id : List.of("0", "1", "2")) {
            fleet.report(id, NodeState.STALLED, 0, TestFleet.ONE_CORE);
        }
        assertThat(fleet.balancer.pick(TestFleet.request(1)))
                .isEqualTo(new Pick.NoneAvailable(Pick.Reason.NONE_HEALTHY));
    }

    private long picksOf(String id, int picks) {
        long count = 0;
        for (int i = 0; i < picks; i++) {
            Ticket ticket = fleet.pick(1);
            count += ticket.endpoint().id().equals(id) ? 1 : 0;
            ticket.complete(new Outcome.Cancelled());
        }
        return count;
    }
}
