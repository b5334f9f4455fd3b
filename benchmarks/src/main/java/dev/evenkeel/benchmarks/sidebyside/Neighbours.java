package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Cleanup;
import dev.evenkeel.benchmarks.host.CpuGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Processes in the nodes' own cgroups that burn what they get, for a while, and then nothing, for a while: each node has a
 * quarter, a half or all of its grant. When that is so comes from a seed, so that every subject meets the same neighbours.
 */
final class Neighbours {

    /** Each takes as much as the node, when both want all: one leaves it a half, three a quarter of a grant. */
    private static final int BURNERS = 3;

    private static final double MEAN_SECONDS = 2.5;

    /** Of a grant, what they leave the node: all of it half of the time, then as often a half and a quarter. */
    static final double MEAN_SHARE = 0.5 + 0.25 / 2 + 0.25 / (1 + BURNERS);

    private final List<List<Child>> burners = new ArrayList<>();

    /** Starts them, to stand still until {@link #during}. */
    Neighbours(List<CpuGroup> groups, String cpus, Path logs, Cleanup cleanup) {
        for (int node = 0; node < groups.size(); node++) {
            List<Child> here = new ArrayList<>();
            for (int i = 0; i < BURNERS; i++) {
                Child burner = cleanup.add(Child.start(
                        "neighbour-%d-%d".formatted(node + 1, i + 1),
                        logs,
                        cpus,
                        false,
                        List.of("sh", "-c", "while :; do :; done")));
                burner.pause();
                groups.get(node).add(burner.pid());
                here.add(burner);
            }
            burners.add(here);
        }
    }

    /** CPU that all of them used so far. */
    Duration cpu() {
        return burners.stream().flatMap(List::stream).map(Child::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    /** They come and go until the returned handle is closed. */
    AutoCloseable during(long seed) {
        Thread schedule = Thread.ofPlatform().name("neighbours").daemon().start(() -> play(seed));
        return () -> {
            schedule.interrupt();
            schedule.join();
        };
    }

    private record Change(long at, int node) {}

    private void play(long seed) {
        List<SplittableRandom> randoms = new ArrayList<>();
        SplittableRandom root = new SplittableRandom(seed);
        PriorityQueue<Change> changes = new PriorityQueue<>((a, b) -> Long.compare(a.at() - b.at(), 0));
        long start = System.nanoTime();
        for (int node = 0; node < burners.size(); node++) {
            randoms.add(root.split());
            changes.add(new Change(start, node));
        }
        while (!Thread.currentThread().isInterrupted()) {
            Change change = changes.remove();
            long wait = change.at() - System.nanoTime();
            while (wait > 0 && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(wait);
                wait = change.at() - System.nanoTime();
            }
            SplittableRandom random = randoms.get(change.node());
            wake(change.node(), awake(random));
            double seconds = 0.5 - MEAN_SECONDS * Math.log1p(-random.nextDouble());
            changes.add(new Change(change.at() + (long) (seconds * 1e9), change.node()));
        }
        for (int node = 0; node < burners.size(); node++) {
            wake(node, 0);
        }
    }

    /** How many burn from now on: none half of the time, else one or all. */
    static int awake(RandomGenerator random) {
        return random.nextDouble() < 0.5 ? 0 : random.nextBoolean() ? 1 : BURNERS;
    }

    private void wake(int node, int awake) {
        boolean interrupted = Thread.interrupted();
        List<Child> here = burners.get(node);
        for (int i = 0; i < here.size(); i++) {
            if (i < awake) {
                here.get(i).resume();
            } else {
                here.get(i).pause();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
