package dev.evenkeel.model.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchdogTest {

    private static final long MILLIS = 1_000_000;

    private long now;
    private final Watchdog watchdog =
            new Watchdog(new Watchdog.Limits(Duration.ofMillis(500), 20, Duration.ofSeconds(10)), 1, () -> now);
    private final AtomicInteger told = new AtomicInteger();

    @ParameterizedTest(name = "expected {0} ms, stuck past {1} ms")
    @CsvSource({"0, 500", "10, 500", "25, 500", "26, 520", "100, 2000"})
    void aPredictionIsStuckPastTheLargerOfTheMinimumAndTwentyTimesItsTime(long expectedMillis, long limitMillis) {
        watchdog.begin((double) expectedMillis * MILLIS, this::tell);
        pass(limitMillis);
        assertThat(watchdog.stalled()).as("at %d ms", limitMillis).isFalse();
        pass(3 * Watchdog.INTERVAL.toMillis());
        assertThat(watchdog.stalled()).isTrue();
        pass(200);
        assertThat(told).as("told once").hasValue(1);
    }

    @Test
    void whatEndsInTimeIsNeverStuck() {
        for (int i = 0; i < 10; i++) {
            Watchdog.Watch watch = watchdog.begin(MILLIS, this::tell);
            pass(400);
            assertThat(watchdog.end(watch)).isTrue();
        }
        pass(5_000);
        assertThat(told).hasValue(0);
        assertThat(watchdog.stalled()).isFalse();
    }

    @Test
    void aPredictionThatComesBackLateEndsTheStall() {
        Watchdog.Watch watch = watchdog.begin(MILLIS, this::tell);
        pass(1_000);
        assertThat(watchdog.stalled()).isTrue();
        assertThat(watchdog.end(watch)).as("it was given up before").isFalse();
        pass(100);
        assertThat(watchdog.stalled()).isFalse();
        assertThat(watchdog.pastSaving()).isFalse();
    }

    @Test
    void aStallIsOverWhenTheStuckOnesWorkIsDoneByAnotherButNotBeforeEverybodyHasHeardOfIt() {
        Watchdog.Watch watch = watchdog.begin(MILLIS, this::tell);
        pass(600);
        watchdog.replaced(watch);
        pass(800);
        assertThat(watchdog.stalled()).as("less than a second").isTrue();
        pass(300);
        assertThat(watchdog.stalled()).isFalse();
        assertThat(watchdog.pastSaving()).isFalse();
        pass(9_000);
        assertThat(watchdog.pastSaving()).as("it still takes CPU").isTrue();
        assertThat(watchdog.stalled()).isFalse();
    }

    @Test
    void aStallThatNobodyMakesUpForLasts() {
        watchdog.begin(MILLIS, this::tell);
        pass(5_000);
        assertThat(watchdog.stalled()).isTrue();
    }

    @Test
    void aNodeInWhichMoreAreStuckThanCanRunIsStalledWhoeverTookTheirPlaces() {
        Watchdog.Watch first = watchdog.begin(MILLIS, this::tell);
        Watchdog.Watch second = watchdog.begin(MILLIS, this::tell);
        pass(600);
        watchdog.replaced(first);
        watchdog.replaced(second);
        pass(2_000);
        assertThat(watchdog.stalled()).isTrue();
    }

    /** The first look may come before the prediction counts as begun. */
    @Test
    void whatMayTakeForEverIsNeverStuck() {
        watchdog.begin(Double.POSITIVE_INFINITY, this::tell);
        watchdog.look();
        pass(100_000);
        assertThat(watchdog.stalled()).isFalse();
        assertThat(told).hasValue(0);
    }

    @Test
    void whatGoesWrongWhileGivingUpDoesNotEndTheWatch() {
        watchdog.begin(MILLIS, _ -> {
            throw new IllegalStateException("no thread to be had");
        });
        pass(600);
        assertThat(watchdog.stalled()).isTrue();
        watchdog.begin(MILLIS, this::tell);
        pass(600);
        assertThat(told).hasValue(1);
    }

    /** SIGSTOP, docker pause, a suspended machine: nobody looked meanwhile, and nobody worked. */
    @Test
    void aPauseOfTheWholeProcessStallsNobody() {
        watchdog.begin(MILLIS, this::tell);
        pass(100);
        now += Duration.ofSeconds(30).toNanos();
        pass(200);
        assertThat(watchdog.stalled()).isFalse();
        pass(500);
        assertThat(watchdog.stalled()).isTrue();
    }

    @Test
    void aStallThatLastsIsPastSaving() {
        watchdog.begin(MILLIS, this::tell);
        pass(10_400);
        assertThat(watchdog.pastSaving()).isFalse();
        pass(200);
        assertThat(watchdog.pastSaving()).isTrue();
    }

    @Test
    void aReplacementThatIsStuckTooIsPastSavingAtOnce() {
        watchdog.begin(MILLIS, this::tell);
        pass(600);
        assertThat(watchdog.pastSaving()).isFalse();
        watchdog.begin(MILLIS, this::tell);
        pass(600);
        assertThat(watchdog.pastSaving()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "WARMING,  true,  true,  WARMING",
        "DRAINING, true,  true,  DRAINING",
        "UP,       true,  true,  STALLED",
        "UP,       false, true,  MEMORY",
        "UP,       false, false, UP"
    })
    void theStateIsTheWorstThatIsTrueOfANodeThatIsUp(NodeState life, boolean stalled, boolean tight, NodeState state) {
        assertThat(new NodeCondition(() -> life, () -> stalled, () -> tight).get())
                .isEqualTo(state);
    }

    private void tell(Watchdog.Watch stuck) {
        told.incrementAndGet();
    }

    private void pass(long millis) {
        long interval = Watchdog.INTERVAL.toMillis();
        for (long passed = 0; passed < millis; passed += interval) {
            now += Math.min(interval, millis - passed) * MILLIS;
            watchdog.look();
        }
    }
}
