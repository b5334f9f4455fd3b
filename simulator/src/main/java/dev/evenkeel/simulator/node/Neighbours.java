package dev.evenkeel.simulator.node;

import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** What others on the machines leave the nodes of their cores, from now on. */
public sealed interface Neighbours {

    /** Makes them take what they take of these nodes, and change it as time goes by. */
    void settle(List<Node> nodes, Streams streams, EventQueue events);

    /** The mean share that they leave, which load is relative to. */
    double meanShare();

    record None() implements Neighbours {

        @Override
        public void settle(List<Node> nodes, Streams streams, EventQueue events) {}

        @Override
        public double meanShare() {
            return 1;
        }
    }

    /**
     * Each node's take some share, evenly distributed, and another one after an exponential time, whatever the others do: a
     * small fleet has now much and now little left.
     *
     * @param least share that they take
     * @param most share that they take, below 1
     * @param everySeconds on average
     */
    record Independent(double least, double most, double everySeconds) implements Neighbours {

        @Override
        public void settle(List<Node> nodes, Streams streams, EventQueue events) {
            nodes.forEach(node -> change(node, streams.of("neighbours", node.index()), events));
        }

        private void change(Node node, RandomGenerator random, EventQueue events) {
            node.share(1 - random.nextDouble(least, most));
            events.after(
                    1 + (long) (random.nextExponential() * everySeconds * 1e9), () -> change(node, random, events));
        }

        @Override
        public double meanShare() {
            return 1 - (least + most) / 2;
        }
    }

    /**
     * Each node's leave it one of some shares, each as likely, and another one after a time that is never brief, whatever the
     * others do: processes of equal priority in the node's own cgroup that come and go.
     *
     * @param left shares of a node that they may leave it, above 0
     * @param leastSeconds that a share stays as it is
     * @param moreSeconds that it stays beyond that, on average; exponential
     */
    record Burners(List<Double> left, double leastSeconds, double moreSeconds) implements Neighbours {

        public Burners {
            left = List.copyOf(left);
        }

        @Override
        public void settle(List<Node> nodes, Streams streams, EventQueue events) {
            nodes.forEach(node -> change(node, streams.of("neighbours", node.index()), events));
        }

        private void change(Node node, RandomGenerator random, EventQueue events) {
            node.share(left.get(random.nextInt(left.size())));
            double seconds = leastSeconds + random.nextExponential() * moreSeconds;
            events.after(1 + (long) (seconds * 1e9), () -> change(node, random, events));
        }

        @Override
        public double meanShare() {
            return left.stream().mapToDouble(Double::doubleValue).average().orElse(1);
        }
    }

    /**
     * They move from node to node: among the nodes of a speed every share from the least to the most is taken, and two
     * nodes swap what theirs take. So what the fleet has left stays the same, and what is measured is how well it is used,
     * not how often it was short.
     *
     * @param least share that they take
     * @param most share that they take, below 1
     * @param everySeconds a node has others, on average
     */
    record Moving(double least, double most, double everySeconds) implements Neighbours {

        @Override
        public void settle(List<Node> nodes, Streams streams, EventQueue events) {
            Map<Node.Spec, List<Node>> alike = new TreeMap<>();
            nodes.forEach(node ->
                    alike.computeIfAbsent(node.spec(), _ -> new ArrayList<>()).add(node));
            int index = 0;
            for (List<Node> group : alike.values()) {
                RandomGenerator random = streams.of("neighbours", index++);
                double[] left = new double[group.size()];
                for (int i = 0; i < left.length; i++) {
                    left[i] = 1 - (least + (most - least) * (i + 0.5) / left.length);
                }
                for (int i = left.length - 1; i > 0; i--) {
                    swap(left, i, random.nextInt(i + 1));
                }
                for (int i = 0; i < left.length; i++) {
                    group.get(i).share(left[i]);
                }
                if (left.length > 1) {
                    plan(group, left, random, events);
                }
            }
        }

        private void plan(List<Node> group, double[] left, RandomGenerator random, EventQueue events) {
            // a swap changes two nodes
            double nanos = random.nextExponential() * everySeconds * 1e9 * 2 / left.length;
            events.after(1 + (long) nanos, () -> {
                int one = random.nextInt(left.length);
                int other = (one + 1 + random.nextInt(left.length - 1)) % left.length;
                swap(left, one, other);
                group.get(one).share(left[one]);
                group.get(other).share(left[other]);
                plan(group, left, random, events);
            });
        }

        private static void swap(double[] values, int one, int other) {
            double kept = values[one];
            values[one] = values[other];
            values[other] = kept;
        }

        @Override
        public double meanShare() {
            return 1 - (least + most) / 2;
        }
    }

    /**
     * The public cell's: a share of the nodes is noisy, at half of the times slow; the others are faster than their base.
     *
     * @param noisy share of the nodes, 0 to 1
     */
    record PublicCell(double noisy) implements Neighbours {

        @Override
        public void settle(List<Node> nodes, Streams streams, EventQueue events) {
            for (Node node : nodes) {
                // three of ten, whatever their speed
                boolean isNoisy = (node.index() * 7) % nodes.size() < noisy * nodes.size();
                change(node, isNoisy, streams.of("neighbours", node.index()), events);
            }
        }

        private void change(Node node, boolean isNoisy, RandomGenerator random, EventQueue events) {
            double slow = random.nextDouble(0.3, 0.7);
            double share =
                    isNoisy ? (random.nextBoolean() ? slow : random.nextDouble(0.9, 1.3)) : random.nextDouble(1.2, 2.0);
            node.share(share);
            events.after((long) (random.nextDouble(0.7, 1.3) * 1e9), () -> change(node, isNoisy, random, events));
        }

        @Override
        public double meanShare() {
            return 1;
        }
    }
}
