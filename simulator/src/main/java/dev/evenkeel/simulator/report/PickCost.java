package dev.evenkeel.simulator.report;

import dev.evenkeel.balancer.Policies;
import java.util.Comparator;
import java.util.List;

/**
 * What a pick costs, as JMH measured it.
 *
 * @param policy a spec
 * @param nodes of the fleet
 * @param nanos of a pick
 * @param bytes allocated by a pick
 */
public record PickCost(String policy, int nodes, double nanos, double bytes) {

    /** Growth of what is allocated, from the smallest fleet to the largest, that is none. */
    private static final double NO_GROWTH = 16;

    /**
     * The lines of a file: {@code policy,nodes,ns,bytes}, the header first.
     *
     * @throws IllegalArgumentException naming the line that is none
     */
    public static List<PickCost> parse(List<String> lines) {
        return lines.stream().skip(1).map(PickCost::parse).toList();
    }

    private static PickCost parse(String line) {
        List<String> fields = Csv.fields(line);
        if (fields.size() != 4) {
            throw new IllegalArgumentException(
                    "a line of pick.csv is '" + line + "'; it must be policy,nodes,ns,bytes");
        }
        return new PickCost(
                fields.get(0),
                Integer.parseInt(fields.get(1)),
                Double.parseDouble(fields.get(2)),
                Double.parseDouble(fields.get(3)));
    }

    static List<Verdict> judge(List<PickCost> all) {
        String text = "a pick takes <= 2 us at 100 nodes, <= 10 us at 1,000; what it allocates does not grow";
        List<PickCost> ours = all.stream()
                .filter(cost -> cost.policy().equals(Policies.DEFAULT))
                .sorted(Comparator.comparingInt(PickCost::nodes))
                .toList();
        if (ours.isEmpty()) {
            return List.of(Verdict.notMeasured("B11", text, "JMH's figures go into simulation/pick.csv"));
        }
        boolean isFast = ours.stream()
                .allMatch(cost -> cost.nanos() <= (cost.nodes() <= 100 ? 2_000 : cost.nodes() <= 1_000 ? 10_000 : 1e9));
        double growth = ours.getLast().bytes() - ours.getFirst().bytes();
        String measured = String.join(
                "; ",
                ours.stream()
                        .map(cost -> "%s ns and %s bytes at %d nodes"
                                .formatted(Figure.brief(cost.nanos()), Figure.brief(cost.bytes()), cost.nodes()))
                        .toList());
        return List.of(new Verdict("B11", text, measured, Verdict.State.of(isFast && growth <= NO_GROWTH)));
    }
}
