package dev.evenkeel.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.pick.Picker;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of the requests that are on an endpoint when it leaves rotation. */
class LostEndpointTest {

    private static final Outcome GONE = new Outcome.Lost(new Cause.Broken());
    private static final Cause SILENT = new Cause.Silent(Duration.ofMillis(550));

    private final TestFleet fleet = new TestFleet("round-robin", 2);
    private final AtomicInteger told = new AtomicInteger();

    static List<Cause> losses() {
        return List.of(
                new Cause.Refused(), new Cause.Unreachable(), new Cause.Broken(), new Cause.OtherInstance(), SILENT);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void thoseInsideAreToldOnce(Cause cause) {
        Ticket inside = fleet.pickFrom("0");
        inside.onLost(told::incrementAndGet);
        assertThat(told).hasValue(0);
        lose("0", cause);
        lose("0", cause);
        assertThat(told).hasValue(1);
    }

    @Test
    void whoComesWhenItIsLostIsToldAtOnce() {
        Ticket inside = fleet.pickFrom("0");
        lose("0", SILENT);
        inside.onLost(told::incrementAndGet);
        assertThat(told).hasValue(1);
    }

    @Test
    void thoseOnOtherEndpointsAndThoseThatAreDoneAreNotTold() {
        fleet.pickFrom("1").onLost(told::incrementAndGet);
        Ticket done = fleet.pickFrom("0");
        done.onLost(told::incrementAndGet);
        done.complete(new Outcome.Success());
        Ticket late = fleet.pickFrom("0");
        late.complete(new Outcome.Success());
        late.onLost(told::incrementAndGet);
        lose("0", SILENT);
        assertThat(told).hasValue(0);
    }

    @Test
    void theRequestThatFindsOutIsNotToldButTheOthersAre() {
        AtomicInteger toldItself = new AtomicInteger();
        Ticket finder = fleet.pickFrom("0");
        finder.onLost(toldItself::incrementAndGet);
        fleet.pickFrom("0").onLost(told::incrementAndGet);
        finder.complete(GONE);
        assertThat(toldItself).hasValue(0);
        assertThat(told).hasValue(1);
    }

    /** A node whose answers are failures answers: each request gets its own verdict, and goes elsewhere by that. */
    @Test
    void failedAnswersInARowEjectAndRescueNobody() {
        fleet.pickFrom("0").onLost(told::incrementAndGet);
        for (int i = 0; i < 5; i++) {
            fleet.pickFrom("0").complete(new Outcome.Failure());
        }
        assertThat(fleet.node("0").ejection().isEjected()).isTrue();
        assertThat(fleet.node("0").ejection().isLost()).isFalse();
        assertThat(told).hasValue(0);
        lose("0", SILENT);
        assertThat(told).as("but then it grows silent").hasValue(1);
        assertThat(fleet.node("0").ejection().times()).isEqualTo(1);
    }

    @Test
    void anEndpointThatIsHeardIsNotLostAnyMoreUntilItGrowsSilentAgain() {
        lose("0", SILENT);
        fleet.node("0").ejection().onHeard();
        assertThat(fleet.node("0").ejection().isLost()).isFalse();
        lose("0", SILENT);
        assertThat(fleet.node("0").ejection().isLost()).isTrue();
        fleet.pass(Duration.ofMinutes(1));
        for (int i = 0; i < 10; i++) {
            assertThat(fleet.pick(1).endpoint().id())
                    .as("no trial before it is heard")
                    .isEqualTo("1");
        }
    }

    @Test
    void anEjectionBySilenceDoublesAndEndsByATrial() {
        lose("0", SILENT);
        for (int seconds : new int[] {1, 2, 4}) {
            fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
            fleet.pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(fleet.node("0").ejection().allows(fleet.now())).isFalse();
            fleet.pass(Duration.ofNanos(1));
            Ticket trial = fleet.pickFrom("0");
            trial.onLost(told::incrementAndGet);
            lose("0", SILENT);
            trial.complete(new Outcome.Rescued());
        }
        assertThat(told).as("a trial is rescued too").hasValue(3);
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(Duration.ofSeconds(8));
        fleet.pickFrom("0").complete(new Outcome.Success());
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
    }

    @Test
    void oneThatFellSilentIsDeadOnceItsPortIsClosed() {
        lose("0", SILENT);
        assertThat(fleet.node("0").ejection().isDead()).isFalse();
        lose("0", new Cause.Refused());
        assertThat(fleet.node("0").ejection().isDead()).isTrue();
        lose("0", SILENT);
        assertThat(fleet.node("0").ejection().isDead()).isTrue();
    }

    @Test
    void whatWasRescuedNeitherHealsNorEjects() {
        Ticket inside = fleet.pickFrom("0");
        Ticket other = fleet.pickFrom("0");
        fleet.pass(Duration.ofMillis(1));
        lose("0", SILENT);
        inside.complete(new Outcome.Rescued());
        assertThat(fleet.node("0").ejection().isEjected()).isTrue();
        fleet.report("0", NodeState.UP, 0, TestFleet.ONE_CORE);
        fleet.pass(Duration.ofSeconds(1));
        Ticket trial = fleet.pickFrom("0");
        other.complete(new Outcome.Rescued());
        trial.complete(new Outcome.Success());
        assertThat(fleet.node("0").ejection().isEjected()).isFalse();
        assertThat(fleet.node("0").ejection().times()).isEqualTo(1);
    }

    @Test
    void ofTwoRescuesAtTheSameMomentOneGetsTheTrial() {
        lose("1", SILENT);
        fleet.pass(Ejection.Settings.DEFAULT.baseTime());
        fleet.report("1", NodeState.UP, 0, TestFleet.ONE_CORE);
        Picker late = (candidates, request, now) -> {
            Endpoint only = candidates.at(0);
            if (only != null) {
                assertThat(only.ejection().enter(now))
                        .as("the other one is first")
                        .isTrue();
            }
            return only;
        };
        Balancer balancer = new Balancer(fleet.fleet, late, fleet::now);

        assertThat(balancer.pickInRotation(TestFleet.request(1, "0"))).isInstanceOf(Pick.NoneAvailable.class);
    }

    @Test
    void aRescueGoesToNoEndpointThatIsOutOfRotation() {
        lose("1", SILENT);
        assertThat(fleet.balancer.pickInRotation(TestFleet.request(1, "0")))
                .isEqualTo(new Pick.NoneAvailable(Pick.Reason.ALL_TRIED));
        lose("0", SILENT);
        assertThat(fleet.balancer.pickInRotation(TestFleet.request(1, "0"))).isInstanceOf(Pick.NoneAvailable.class);
        assertThat(fleet.balancer.pick(TestFleet.request(1, "0"))).isInstanceOf(Pick.Picked.class);
    }

    @Test
    void eachChangeIsToldOnceWithItsCause() {
        List<String> changes = new ArrayList<>();
        Endpoint node = new Endpoint("x", URI.create("http://x"), Ejection.Settings.DEFAULT, new Ejection.Listener() {
            @Override
            public void ejected(Cause cause, boolean fromTrial) {
                changes.add(cause.tag() + (fromTrial ? " again" : ""));
            }

            @Override
            public void healed() {
                changes.add("healed");
            }
        });
        long second = Duration.ofSeconds(1).toNanos();
        node.ejection().onLoss(new Cause.Refused(), 0, 0);
        node.ejection().onLoss(new Cause.Refused(), 0, 0);
        node.ejection().onHeard();
        assertThat(node.ejection().enter(second)).isTrue();
        node.ejection().onSoftFailure(second, second);
        node.ejection().onHeard();
        assertThat(node.ejection().enter(4 * second)).isTrue();
        node.ejection().onSuccess(4 * second, 4 * second);
        node.ejection().onSuccess(4 * second, 4 * second);
        assertThat(changes).containsExactly("refused", "failures again", "healed");
    }

    /** Whichever of two comes first, the waiting one is told, and once. */
    @Test
    void nobodyIsMissedOrToldTwiceWhateverTheOrder() throws Exception {
        int rounds = 5_000;
        CyclicBarrier together = new CyclicBarrier(3);
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int round = 0; round < rounds; round++) {
                TestFleet race = new TestFleet("round-robin", 1);
                AtomicInteger waiting = new AtomicInteger();
                AtomicInteger done = new AtomicInteger();
                Ticket waits = race.pick(1);
                Ticket ends = race.pick(1);
                List<Future<?>> all = List.of(
                        threads.submit(() -> {
                            together.await();
                            waits.onLost(waiting::incrementAndGet);
                            return null;
                        }),
                        threads.submit(() -> {
                            together.await();
                            ends.onLost(done::incrementAndGet);
                            ends.complete(new Outcome.Cancelled());
                            return null;
                        }),
                        threads.submit(() -> {
                            together.await();
                            race.node("0").ejection().onLoss(SILENT, race.now(), race.now());
                            return null;
                        }));
                for (Future<?> each : all) {
                    each.get();
                }
                assertThat(waiting).hasValue(1);
                assertThat(done.get()).isLessThanOrEqualTo(1);
            }
        }
    }

    private void lose(String id, Cause cause) {
        fleet.node(id).ejection().onLoss(cause, fleet.now(), fleet.now());
    }
}
