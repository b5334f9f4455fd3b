package dev.evenkeel.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What neighbours leave, looked at every 10 ms. */
class NeighboursTest {

    private static final int NODES = 10;
    private static final int SECONDS = 2_000;
    private static final long LOOK_NANOS = 10_000_000;

    private final EventQueue events = new EventQueue();

    /** Every other one at half speed, as in the scenarios. */
    private final List<Node> nodes = IntStream.range(0, NODES)
            .mapToObj(i -> new Node(
                    i, new Node.Spec(2, i % 2 == 0 ? 1 : 0.5), new NodeKind.FifoNode(), Long.MAX_VALUE, events))
            .toList();

    private double share(Node node) {
        return node.capacity() / (node.spec().cores() * node.spec().speed() * 1e6);
    }

    private List<Double> meanShares(Neighbours neighbours, DoubleConsumer eachTime) {
        neighbours.settle(nodes, new Streams(7), events);
        double[] sums = new double[NODES];
        int looks = (int) (SECONDS * 1e9 / LOOK_NANOS);
        for (int look = 1; look <= looks; look++) {
            events.runUntil(look * LOOK_NANOS);
            double all = 0;
            for (Node node : nodes) {
                sums[node.index()] += share(node) / looks;
                all += node.capacity();
            }
            eachTime.accept(all);
        }
        return Arrays.stream(sums).boxed().toList();
    }

    /**
     * Exponential stays of 5 s in a uniform share of 0.05 to 1, whose deviation is 0.95 / sqrt(12) = 0.27: the mean over T
     * deviates by 0.27 sqrt(2 * 5 / T) = 0.019 for T = 2,000 s, and that of ten nodes by 0.006. Four of those are allowed.
     */
    @Test
    void independentOnesLeaveTheirMean() {
        Neighbours neighbours = new Neighbours.Independent(0, 0.95, 5);
        List<Double> means = meanShares(neighbours, _ -> {});
        assertThat(means.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .isCloseTo(neighbours.meanShare(), within(4 * 0.006));
        assertThat(means).allSatisfy(mean -> assertThat(mean).isCloseTo(0.525, within(4 * 0.019)));
    }

    /**
     * Of 1, 1, 1/2 and 1/4 the mean is 0.6875 and the deviation 0.325. Stays L have a mean of 3 s and a mean square of 15.25
     * s^2, so the mean over T deviates by 0.325 sqrt(15.25 / 3 / T) = 0.0164 for T = 2,000 s, and that of ten nodes by 0.0052.
     */
    @Test
    void burnersLeaveTheirSharesAndNothingElse() {
        Neighbours neighbours = new Neighbours.Burners(List.of(1.0, 1.0, 0.5, 0.25), 0.5, 2.5);
        Set<Long> percents = new TreeSet<>();
        List<Double> means =
                meanShares(neighbours, _ -> nodes.forEach(node -> percents.add(Math.round(100 * share(node)))));
        assertThat(percents).containsExactly(25L, 50L, 100L);
        assertThat(means.stream().mapToDouble(Double::doubleValue).average().orElseThrow())
                .isCloseTo(neighbours.meanShare(), within(4 * 0.0052));
        assertThat(means).allSatisfy(mean -> assertThat(mean).isCloseTo(0.6875, within(4 * 0.0164)));
    }

    /** As the independent ones, for each node; for the whole fleet it is the same all the time. */
    @Test
    void movingOnesLeaveTheFleetTheSameAllTheTime() {
        Neighbours neighbours = new Neighbours.Moving(0, 0.95, 5);
        double capacity = nodes.stream().mapToDouble(Node::capacity).sum() * neighbours.meanShare();
        List<Double> means = meanShares(neighbours, all -> assertThat(all).isCloseTo(capacity, within(1e-3)));
        assertThat(means).allSatisfy(mean -> assertThat(mean).isCloseTo(0.525, within(4 * 0.019)));
    }

    /** In T seconds a node has others T / 5 times, and chance moves that by its root; four times that is allowed. */
    @Test
    void movingOnesChangeAsOftenAsTheySay() {
        double[] last = new double[NODES];
        int[] changes = new int[NODES];
        meanShares(new Neighbours.Moving(0, 0.95, 5), _ -> {
            for (Node node : nodes) {
                changes[node.index()] += share(node) != last[node.index()] ? 1 : 0;
                last[node.index()] = share(node);
            }
        });
        double expected = SECONDS / 5.0;
        assertThat(Arrays.stream(changes).boxed())
                .allSatisfy(
                        count -> assertThat(count.doubleValue()).isCloseTo(expected, within(4 * Math.sqrt(expected))));
    }

    /**
     * Quiet ones are uniform from 1.2 to 2, noisy ones 0.5 or 1.1 in the mean, at even chances. Stays are of 1 s, so T
     * = 2,000 s has that many, and the mean deviates by at most 0.34 / sqrt(2,000) = 0.008. Load is relative to the base, as
     * it was when the figures were published, and not to the mean of these, which is 1.36.
     */
    @Test
    void thePublicCellsAreAsPublished() {
        List<Double> means = meanShares(new Neighbours.PublicCell(0.3), _ -> {});
        assertThat(means)
                .filteredOn(mean -> mean < 1.2)
                .hasSize(3)
                .allSatisfy(mean -> assertThat(mean).isCloseTo(0.8, within(4 * 0.008)));
        assertThat(means)
                .filteredOn(mean -> mean > 1.2)
                .hasSize(7)
                .allSatisfy(mean -> assertThat(mean).isCloseTo(1.6, within(4 * 0.008)));
    }
}
