package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.OrcaText;
import dev.evenkeel.load.measure.WorkRate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LoadReporterTest {

    private static final Backlog IDLE = new Backlog(0, 0, 0);

    private long now;
    private Machine machine = new Machine(2, 0, 0, 4, 0, Throttling.NONE, 0.25, 1);
    private final LoadReporter reporter = new LoadReporter(
            () -> machine, () -> now, () -> NodeState.UP, () -> new Backlog(2, 500, 200), new WorkRate(2));

    @Test
    void neighboursTakeWhatTheyTakeFromTheTighterOfQuotaAndHost() {
        // own 0.5 cores; 0.4 others under the quota; 3.1 others on the host
        run(5, 0.5, 0.9, 3.6);
        LoadReport report = reporter.report();
        assertThat(report.cpuUtilization()).isEqualTo(0.25, within(0.01));
        assertThat(report.coresFree()).as("4 - 3.1 is less than 2 - 0.4").isEqualTo(0.9, within(0.02));
        assertThat(report.coresOthers()).as("3.1 less the 2 beyond the grant").isEqualTo(1.1, within(0.02));
        run(5, 0.5, 1.7, 1.9);
        assertThat(reporter.report().coresFree()).as("2 - 1.2").isEqualTo(0.8, within(0.02));
        assertThat(reporter.report().coresOthers()).as("1.2 in the cgroup").isEqualTo(1.2, within(0.02));
        run(5, 0.5, 9, 9);
        assertThat(reporter.report().coresFree()).as("never negative").isEqualTo(0, within(0.01));
        assertThat(reporter.report().coresOthers()).as("never above the grant").isEqualTo(2, within(0.01));
    }

    @Test
    void neighboursThatUseOnlyWhatTheNodeCouldNotHaveTakeNothing() {
        run(5, 0.5, 0.5, 2.4);
        assertThat(reporter.report().coresOthers()).isEqualTo(0, within(0.01));
        assertThat(reporter.report().coresFree()).isEqualTo(2, within(0.01));
    }

    /** At the reading itself: what was used for predictions a moment ago is no chore. */
    @Test
    void aNodeWithNothingToDoIsTakenForWhatItsOwnChoresLeave() {
        LoadReporter idle = new LoadReporter(() -> machine, () -> now, () -> NodeState.UP, () -> IDLE, new WorkRate(2));
        run(idle, 60, 0.5, 0.5, 0.5);
        assertThat(idle.report().workRate()).as("2 - 0.5 cores").isEqualTo(1.5e6, within(1e4));
        run(idle, 0.2, 2, 2, 2);
        assertThat(idle.report().workRate())
                .as("0.04 of the way to the tenth that is left at the least")
                .isEqualTo(1.449e6, within(5e3));
    }

    @Test
    void throttlingIsAShareOfTheLastSecondOrSo() {
        for (int i = 0; i < 25; i++) {
            now += 200_000_000;
            machine = throttled(i * 2, i * 0.1);
            reporter.sample();
        }
        assertThat(reporter.report().throttled())
                .as("0.1 of every 0.2 s on a CPU of its own")
                .isEqualTo(0.5, within(0.02));
        run(3, 0, 0, 0);
        assertThat(reporter.report().throttled()).as("it is over").isEqualTo(0, within(0.01));
    }

    @Test
    void throttlingThatIsNotKnownIsNotReported() {
        machine = throttled(Double.NaN, Double.NaN);
        run(1, 0.5, 0.5, 0.5);
        assertThat(OrcaText.encode(reporter.report()))
                .doesNotContain("throttled")
                .contains("cores_others");
    }

    private static Machine throttled(double periods, double seconds) {
        return new Machine(0.5, 0, 0, 4, 0, new Throttling(periods, seconds, 0.5, 0.1), 0.25, 1);
    }

    @Test
    void requestsAreCountedOnceInAndOnceOut() {
        LoadReporter.Stay stay = reporter.enter();
        LoadReporter.Stay other = reporter.enter();
        assertThat(reporter.report().inFlight()).isEqualTo(2);
        now += 3_000_000;
        stay.leave(false, true);
        stay.leave(false, true);
        assertThat(reporter.report().inFlight()).isEqualTo(1);
        other.leave(true, false);
        assertThat(reporter.report().inFlight()).isZero();
        run(0.2, 0, 0, 0);
        LoadReport report = reporter.report();
        assertThat(report.p50Millis()).isEqualTo(3);
        assertThat(report.rps()).isEqualTo(2 * report.eps(), within(1e-9)).isPositive();
    }

    @Test
    void aReadingThatFailsEndsNothing() {
        AtomicReference<Optional<Machine>> readable = new AtomicReference<>(Optional.of(machine));
        LoadReporter failing = new LoadReporter(
                () -> readable.get().orElseThrow(), () -> now, () -> NodeState.UP, () -> IDLE, new WorkRate(2));
        readable.set(Optional.empty());
        now += 200_000_000;
        failing.sample();
        assertThat(failing.report().memUtilization()).isEqualTo(0.25);
        readable.set(Optional.of(new Machine(2, 0, 0, 4, 0, Throttling.NONE, 0.75, 1)));
        now += 200_000_000;
        failing.sample();
        assertThat(failing.report().memUtilization()).isEqualTo(0.75);
    }

    @Test
    void everyReportIsNewerThanTheLast() {
        assertThat(reporter.report().seq()).isLessThan(reporter.report().seq());
        assertThat(reporter.report().queueWork()).isEqualTo(700);
        assertThat(reporter.report().workRate()).isEqualTo(2e6);
    }

    /** Of a node's reports the highest number counts: one that drains must not look up again. */
    @Test
    void aReportThatSawTheOlderStateHasTheLowerNumber() throws Exception {
        AtomicReference<NodeState> state = new AtomicReference<>(NodeState.UP);
        Semaphore looked = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        Supplier<NodeState> slowWhileUp = () -> {
            NodeState seen = state.get();
            if (seen == NodeState.UP) {
                looked.release();
                goOn.acquireUninterruptibly();
            }
            return seen;
        };
        LoadReporter slow = new LoadReporter(() -> machine, () -> now, slowWhileUp, () -> IDLE, new WorkRate(2));
        CompletableFuture<LoadReport> up = CompletableFuture.supplyAsync(slow::report, Thread::startVirtualThread);
        looked.acquire();
        state.set(NodeState.DRAINING);
        CompletableFuture<LoadReport> draining =
                CompletableFuture.supplyAsync(slow::report, Thread::startVirtualThread);
        Awaitility.await().during(Duration.ofMillis(50)).until(() -> !up.isDone());
        goOn.release();
        assertThat(up.get().state()).isEqualTo(NodeState.UP);
        assertThat(draining.get().state()).isEqualTo(NodeState.DRAINING);
        assertThat(up.get().seq()).isLessThan(draining.get().seq());
    }

    private void run(double seconds, double own, double cgroup, double host) {
        run(reporter, seconds, own, cgroup, host);
    }

    private void run(LoadReporter sampled, double seconds, double own, double cgroup, double host) {
        for (double t = 0; t < seconds; t += 0.2) {
            now += 200_000_000;
            machine = new Machine(
                    2,
                    machine.processCpu() + own * 0.2,
                    machine.cgroupCpu() + cgroup * 0.2,
                    4,
                    machine.hostCpu() + host * 0.2,
                    machine.throttling(),
                    0.25,
                    1);
            sampled.sample();
        }
    }
}
