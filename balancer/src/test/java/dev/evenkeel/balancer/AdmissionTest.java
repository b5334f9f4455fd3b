package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.balancer.admission.Admission;
import dev.evenkeel.balancer.admission.Budget;
import dev.evenkeel.balancer.admission.BudgetSettings;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final TestFleet fleet = new TestFleet("least-work", 2);
    private final Balancer balancer = new Balancer(
            fleet.fleet,
            Policies.create("least-work", new SplittableRandom(3)),
            Balancer.Settings.DEFAULT,
            new Admission(Admission.Settings.DEFAULT, new SplittableRandom(4)),
            fleet::now);

    @Test
    void admitsWhileTheLeastLoadedNodeIsShortOfHalfTheLimit() {
        busy(19);
        assertThat(rejectedOf(100)).isZero();
    }

    @Test
    void rejectsAShareThatGrowsWithTheWaitAndAllAboveTheLimit() {
        busy(24);
        assertThat(rejectedOf(1_000)).isBetween(140, 260);
        busy(36);
        assertThat(rejectedOf(1_000)).isBetween(740, 860);
        busy(41);
        assertThat(rejectedOf(100)).isEqualTo(100);
    }

    @Test
    void aRejectionSaysWhenThereWillBeRoom() {
        busy(320);
        assertThat(balancer.pick(TestFleet.request(1_000))).isEqualTo(new Pick.Overloaded(Duration.ofMillis(300)));
        assertThat(fleet.node("0").ownRequests() + fleet.node("1").ownRequests())
                .isZero();
    }

    /** Whatever is wanted: what would still be let in of some model keeps the door open. */
    @Test
    void theFleetIsFullWhenNoNodeHasRoomForAnything() {
        busy(39);
        assertThat(balancer.full()).isEmpty();
        busy(60);
        assertThat(balancer.full()).hasValue(Duration.ofMillis(20));
        // of these four may wait
        giveBack(balancer.pick(TestFleet.request(16_000)));
        assertThat(balancer.full()).isEmpty();
    }

    @Test
    void aDeadlineThatCannotBeKeptIsNotTried() {
        busy(20);
        assertThat(pick(1_000, Duration.ofMillis(21))).isInstanceOf(Pick.Overloaded.class);
        assertThat(pick(1_000, Duration.ofMillis(42))).isInstanceOf(Pick.Picked.class);
        assertThat(pick(50_000, Duration.ofMillis(50))).isInstanceOf(Pick.Overloaded.class);
    }

    @Test
    void aModelThatAnswersInSecondsNeedsNoOtherLimit() {
        busy(2_000);
        assertThat(pick(1_000_000, Request.NO_LIMIT)).isInstanceOf(Pick.Picked.class);
        busy(4_001);
        assertThat(pick(1_000_000, Request.NO_LIMIT)).isInstanceOf(Pick.Overloaded.class);
    }

    @Test
    void aLargeRequestMayWaitNoLongerThanAnother() {
        assertThat(rejectedOf(300)).isZero();
        busy(60);
        assertThat(pick(100_000, Request.NO_LIMIT)).isInstanceOf(Pick.Overloaded.class);
    }

    @Test
    void anEjectedNodeThatAnswersIsTheLastResortForNoMoreThanItCanDo() {
        loseBoth(new Cause.Stall(Duration.ofSeconds(1)));
        busy(19);
        assertThat(rejectedOf(100)).isZero();
        busy(41);
        assertThat(rejectedOf(100)).isEqualTo(100);
    }

    @Test
    void inPanicNodesThatAnswerFailuresAreSentNoMoreThanTheyCanDo() {
        loseBoth(new Cause.Failures(5));
        balancer.look();
        busy(19);
        assertThat(rejectedOf(100)).isZero();
        busy(41);
        assertThat(rejectedOf(100)).isEqualTo(100);
    }

    @Test
    void aTrialIsForTheNodesSakeWhateverItHasToDo() {
        loseBoth(new Cause.Failures(5));
        fleet.pass(Duration.ofSeconds(2));
        busy(5_000);
        assertThat(balancer.pick(TestFleet.request(1))).isInstanceOf(Pick.Picked.class);
        assertThat(balancer.pick(TestFleet.request(1))).isInstanceOf(Pick.Picked.class);
        assertThat(balancer.pick(TestFleet.request(1)))
                .as("both have their trial")
                .isInstanceOf(Pick.Overloaded.class);
    }

    private void loseBoth(Cause cause) {
        for (String id : Set.of("0", "1")) {
            fleet.node(id).ejection().onLoss(cause, fleet.now(), fleet.now());
        }
    }

    @Test
    void whatWasLetInOnceStaysIn() {
        busy(5_000);
        assertThat(balancer.pick(TestFleet.request(1_000, "0"))).isInstanceOf(Pick.Picked.class);
        assertThat(balancer.pickInRotation(TestFleet.request(1_000))).isInstanceOf(Pick.Picked.class);
    }

    @Test
    void settingsThatCannotBeAreRefusedInASentence() {
        assertThatThrownBy(() -> new Admission.Settings(Duration.ZERO, 4, 0.5))
                .hasMessage("maxQueueDelay is PT0S; it must be above 0");
        assertThatThrownBy(() -> new Admission.Settings(Duration.ofMillis(1), 4, 2))
                .hasMessage("shedFrom is 2.0; it must be from 0 to 1");
        assertThatThrownBy(() -> new BudgetSettings(2, 1, Duration.ofSeconds(1)))
                .hasMessage("share is 2.0; it must be from 0 to 1");
    }

    @Test
    void retriesAreAShareOfTheRequestsAndAFewMore() {
        AtomicLong clock = new AtomicLong();
        Budget budget = new Budget(BudgetSettings.RETRIES, clock::get);
        long spent = 0;
        // a minute at 1,000 a second, all of which fail and would be sent again
        for (int i = 0; i < 60_000; i++) {
            clock.addAndGet(1_000_000);
            budget.onRequest();
            spent += budget.spend() ? 1 : 0;
        }
        // 20 % and 10 a second are 12,600; the floor's 100 are saved up at the begin
        assertThat(spent).isBetween(12_500L, 12_750L);
    }

    @Test
    void noTwoThreadsSpendTheSameRetry() {
        Budget budget = new Budget(BudgetSettings.RETRIES, () -> 0);
        assertThat(IntStream.range(0, 100_000)
                        .parallel()
                        .filter(_ -> budget.spend())
                        .count())
                .isEqualTo(100);
    }

    @Test
    void aQuietGatewayMayRepeatAFewAndSavesUpNoMore() {
        AtomicLong clock = new AtomicLong();
        Budget budget = new Budget(BudgetSettings.RETRIES, clock::get);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(IntStream.range(0, 1_000).filter(_ -> budget.spend()).count())
                .isEqualTo(100);
        clock.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(IntStream.range(0, 100).filter(_ -> budget.spend()).count()).isBetween(4L, 5L);
    }

    @Test
    void hedgesAreFewerAndAreNotSavedUp() {
        AtomicLong clock = new AtomicLong();
        Budget budget = new Budget(BudgetSettings.HEDGES, clock::get);
        for (int i = 0; i < 10_000; i++) {
            clock.addAndGet(1_000_000);
            budget.onRequest();
        }
        assertThat(budget.balance()).isBetween(50.0, 52.0);
    }

    /** Others have so many milliseconds of work on every node. */
    private void busy(int millis) {
        fleet.report("0", NodeState.UP, millis * 1_000, TestFleet.ONE_CORE);
        fleet.report("1", NodeState.UP, millis * 1_000, TestFleet.ONE_CORE);
    }

    private Pick pick(long work, Duration timeLeft) {
        Pick pick = balancer.pick(new Request("m", work, Set.of(), timeLeft));
        giveBack(pick);
        return pick;
    }

    private int rejectedOf(int picks) {
        int rejected = 0;
        for (int i = 0; i < picks; i++) {
            Pick pick = balancer.pick(TestFleet.request(1));
            giveBack(pick);
            rejected += pick instanceof Pick.Overloaded ? 1 : 0;
        }
        return rejected;
    }

    private static void giveBack(Pick pick) {
        if (pick instanceof Pick.Picked(Ticket ticket)) {
            ticket.complete(new Outcome.Cancelled());
        }
    }
}
