package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The figures that only some scenarios have. */
final class Extras {

    /** How far the share of a node is off what its cores are of the fleet's, at most, as a share of that. */
    static final String SHARE_OFF = "share_off";

    /** The busiest node's use of its cores over the mean node's. */
    static final String CPU_RATIO = "cpu_ratio";

    private Extras() {}

    static SortedMap<String, Double> of(String name, Scenario scenario, Result result) {
        SortedMap<String, Double> extra = new TreeMap<>(result.observed());
        if (name.equals("uneven-cores")) {
            extra.put(SHARE_OFF, shareOff(scenario, result));
            extra.put(CPU_RATIO, cpuRatio(scenario.nodes(), result.coreSeconds()));
        }
        return extra;
    }

    /** After the warm-up, which is the time that the nodes have to find their shares. */
    private static double shareOff(Scenario scenario, Result result) {
        List<Node.Spec> nodes = scenario.nodes();
        double fleet = nodes.stream().mapToDouble(Extras::strength).sum();
        double whole = scenario.warmupSeconds() + scenario.seconds();
        double[] sent = Arrays.stream(result.sentByNode())
                .mapToDouble(buckets -> {
                    int first = (int) Math.round(buckets.length * scenario.warmupSeconds() / whole);
                    return Arrays.stream(buckets).skip(first).sum();
                })
                .toArray();
        double all = Arrays.stream(sent).sum();
        return IntStream.range(0, sent.length)
                .mapToDouble(i -> Math.abs(sent[i] / all / (strength(nodes.get(i)) / fleet) - 1))
                .max()
                .orElse(Double.NaN);
    }

    private static double cpuRatio(List<Node.Spec> nodes, double[] coreSeconds) {
        double[] use = IntStream.range(0, coreSeconds.length)
                .mapToDouble(i -> coreSeconds[i] / nodes.get(i).cores())
                .toArray();
        return Arrays.stream(use).max().orElse(Double.NaN)
                / Arrays.stream(use).average().orElse(Double.NaN);
    }

    private static double strength(Node.Spec node) {
        return node.cores() * node.speed();
    }
}
