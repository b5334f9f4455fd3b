package dev.evenkeel.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.simulator.event.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** What comes in comes out, and takes the time that its work takes at the speed of the moment. */
class WorkConservationTest {

    private static final int MOST = 4;

    /** A batch costs 1 ms and 10 microseconds for each padded token. */
    private static final ServiceCurve CURVE = ServiceCurve.of(List.of(
            new ServiceCurve.Point(1, 0, 1_000),
            new ServiceCurve.Point(1, 100, 2_000),
            new ServiceCurve.Point(MOST, 0, 1_000),
            new ServiceCurve.Point(MOST, 100, 5_000)));

    private static final Lane LANE = new Lane("m", MOST, 10_000, 12, Integer.MAX_VALUE);
    private static final NodeKind BATCH = new NodeKind.BatchNode(LANE, CURVE);

    /** What an engine tells. */
    private static final class Told implements Engine.Listener {

        private final List<Job> done = new ArrayList<>();
        private final List<Integer> batches = new ArrayList<>();
        private long busyNanos;

        @Override
        public void done(Job job) {
            done.add(job);
            if (!batches.isEmpty()) {
                batches.set(batches.size() - 1, batches.getLast() + 1);
            }
        }

        @Override
        public void worked(long work, long nanos) {
            batches.add(0);
            busyNanos += nanos;
        }
    }

    /** Jobs at random times, on cores whose speed changes at random times and may be nothing for a while. */
    private static final class Run {

        private final EventQueue events = new EventQueue();
        private final Told told = new Told();
        private final List<Job> came = new ArrayList<>();
        private final Engine engine;
        private final SplittableRandom random;
        private double speed = 1e-3;
        private double busyBefore;
        private double workByTime;
        private int changes;

        Run(NodeKind kind, int cores, long seed, int jobs, double spreadNanos) {
            random = new SplittableRandom(seed);
            engine = Engine.of(kind, cores, events, told);
            engine.speed(speed);
            for (int i = 0; i < jobs; i++) {
                events.at((long) random.nextDouble(spreadNanos), () -> {
                    Job job = new Job(random.nextDouble(1, 20_000), random.nextInt(1, 200), _ -> {});
                    came.add(job);
                    engine.add(job, 0);
                });
            }
            for (int i = 0; i < 20; i++) {
                double next = i == 19 ? 1e-3 : random.nextInt(3) == 0 ? 0 : random.nextDouble(1e-4, 2e-3);
                events.at((long) (spreadNanos * (i + 1) / 20), () -> change(next));
            }
            events.runUntil((long) spreadNanos + jobs * 30_000_000L);
            change(speed);
        }

        private void change(double next) {
            double busy = engine.busyNanos();
            assertThat(busy).as("never goes back").isGreaterThanOrEqualTo(busyBefore);
            workByTime += (busy - busyBefore) * speed;
            busyBefore = busy;
            speed = next;
            changes++;
            engine.speed(next);
        }

        /** A piece of work ends at a whole nanosecond, late by at most one: at a change of speed too, on each core. */
        double rounding(int pieces, int cores) {
            return 2e-3 * cores * (pieces + changes);
        }
    }

    @Property(tries = 200)
    void aQueueingNode(
            @ForAll @IntRange(min = 1, max = 4) int cores,
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 200) int jobs,
            @ForAll @DoubleRange(min = 1e6, max = 1e9) double spreadNanos) {
        Run run = new Run(new NodeKind.FifoNode(), cores, seed, jobs, spreadNanos);
        allCameOut(run);
        assertThat(run.workByTime).isCloseTo(work(run.came), within(run.rounding(jobs, cores)));
        assertThat((double) run.told.busyNanos).as("told to the rate").isCloseTo(run.busyBefore, within(1.0));
    }

    /** The time that several share is told in slices, each rounded to a nanosecond. */
    @Property(tries = 200)
    void aSharingNode(
            @ForAll @IntRange(min = 1, max = 4) int cores,
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 200) int jobs,
            @ForAll @DoubleRange(min = 1e6, max = 1e9) double spreadNanos) {
        Run run = new Run(new NodeKind.SharingNode(), cores, seed, jobs, spreadNanos);
        allCameOut(run);
        // when one leaves a nanosecond late, all others have it that much earlier
        assertThat(run.workByTime).isCloseTo(work(run.came), within(run.rounding(2 * jobs, cores)));
        assertThat((double) run.told.busyNanos)
                .as("told to the rate")
                .isCloseTo(run.busyBefore, within(2.0 * jobs + 40));
    }

    @Property(tries = 200)
    void aBatchingNode(
            @ForAll @IntRange(min = 1, max = 4) int cores,
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 200) int jobs,
            @ForAll @DoubleRange(min = 1e6, max = 1e9) double spreadNanos) {
        Run run = new Run(BATCH, cores, seed, jobs, spreadNanos);
        allCameOut(run);
        assertThat(run.told.batches).allSatisfy(size -> assertThat(size).isBetween(1, MOST));
        double micros = 0;
        int next = 0;
        for (int size : run.told.batches) {
            int longest = run.told.done.subList(next, next + size).stream()
                    .mapToInt(job -> job.tokens)
                    .max()
                    .orElseThrow();
            micros += CURVE.micros(size, longest);
            next += size;
        }
        assertThat(run.workByTime).isCloseTo(micros, within(run.rounding(run.told.batches.size(), cores)));
        assertThat((double) run.told.busyNanos).as("told to the rate").isCloseTo(run.busyBefore, within(1.0));
    }

    private static void allCameOut(Run run) {
        assertThat(run.told.done).containsExactlyInAnyOrderElementsOf(run.came);
    }

    private static double work(List<Job> jobs) {
        return jobs.stream().mapToDouble(job -> job.work).sum();
    }

    @Test
    void aLoneRequestTakesTheCurvesTime() {
        assertThat(finished(1)).containsExactly(1_500_000L);
    }

    /** The first goes alone, since a worker is free; the others wait, and go together, as many as a batch may have. */
    @Test
    void thoseThatWaitShareABatch() {
        long one = 1_500_000;
        long four = one + 3_000_000;
        assertThat(finished(6)).containsExactly(one, four, four, four, four, four + one);
    }

    /** When each of several that come at once to one worker is done, all of 50 tokens. */
    private static List<Long> finished(int jobs) {
        EventQueue events = new EventQueue();
        List<Long> times = new ArrayList<>();
        Engine engine = Engine.of(BATCH, 1, events, new Engine.Listener() {
            @Override
            public void done(Job job) {
                times.add(events.now());
            }

            @Override
            public void worked(long work, long busyNanos) {}
        });
        engine.speed(1e-3);
        for (int i = 0; i < jobs; i++) {
            engine.add(new Job(1_500, 50, _ -> {}), 0);
        }
        events.runUntil(1_000_000_000);
        return times;
    }

    /** The time that was spent on what a crash took is spent all the same. */
    @Property(tries = 50)
    void aCrashTakesTheWorkAndNotTheTime(@ForAll @IntRange(min = 0, max = 2) int kind) {
        NodeKind[] kinds = {new NodeKind.FifoNode(), new NodeKind.SharingNode(), BATCH};
        EventQueue events = new EventQueue();
        Told told = new Told();
        Engine engine = Engine.of(kinds[kind], 1, events, told);
        engine.speed(1e-3);
        engine.add(new Job(10_000_000, 1_000_000, _ -> {}), 0);
        events.runUntil(3_000_000);
        engine.clear();
        assertThat(engine.busyNanos()).isEqualTo(3_000_000);
        events.runUntil(1_000_000_000);
        assertThat(engine.busyNanos()).isEqualTo(3_000_000);
        assertThat(told.done).isEmpty();
    }
}
