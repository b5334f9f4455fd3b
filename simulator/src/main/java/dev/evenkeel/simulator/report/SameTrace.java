package dev.evenkeel.simulator.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A policy on a fleet of real nodes, and in the simulator at the same arrivals.
 *
 * @param policy a spec
 * @param measured ms on the fleet
 * @param simulated ms in the simulator
 */
public record SameTrace(String policy, Latencies measured, Latencies simulated) {

    private static final String HEADER = "policy,measured_p50,measured_p99,simulated_p50,simulated_p99";

    /** How far a simulated figure may be from the measured one. */
    private static final double TOLERANCE = 0.2;

    /** Milliseconds. */
    public record Latencies(double p50, double p99) {}

    /** What a file of them consists of. */
    public static List<String> lines(List<SameTrace> all) {
        return Stream.concat(
                        Stream.of(HEADER),
                        all.stream()
                                .map(each -> String.format(
                                        Locale.ROOT,
                                        "%s,%.2f,%.2f,%.2f,%.2f",
                                        each.policy,
                                        each.measured.p50,
                                        each.measured.p99,
                                        each.simulated.p50,
                                        each.simulated.p99)))
                .toList();
    }

    /**
     * The lines of a file, the header first.
     *
     * @throws IllegalArgumentException naming the line that is none
     */
    public static List<SameTrace> parse(List<String> lines) {
        return lines.stream().skip(1).map(SameTrace::parse).toList();
    }

    private static SameTrace parse(String line) {
        List<String> fields = Csv.fields(line);
        if (fields.size() != 5) {
            throw new IllegalArgumentException("a line of fleet.csv is '" + line + "'; it must be " + HEADER);
        }
        double[] millis =
                fields.stream().skip(1).mapToDouble(Double::parseDouble).toArray();
        return new SameTrace(
                fields.getFirst(), new Latencies(millis[0], millis[1]), new Latencies(millis[2], millis[3]));
    }

    static List<Verdict> judge(List<SameTrace> all) {
        String text =
                "the same trace in the simulator and on a real fleet: p50 and p99 within 20 %, same ranking of policies";
        if (all.isEmpty()) {
            return List.of(Verdict.notMeasured("B14", text, "bin/evenkeel bench writes simulation/fleet.csv"));
        }
        List<String> onTheFleet = ranking(all, Comparator.comparingDouble(each -> each.measured.p99));
        List<String> here = ranking(all, Comparator.comparingDouble(each -> each.simulated.p99));
        double[] p50 = all.stream()
                .mapToDouble(each -> each.simulated.p50 / each.measured.p50)
                .sorted()
                .toArray();
        double[] p99 = all.stream()
                .mapToDouble(each -> each.simulated.p99 / each.measured.p99)
                .sorted()
                .toArray();
        boolean isMet = isClose(p50) && isClose(p99) && onTheFleet.equals(here);
        String measured = String.format(
                Locale.ROOT,
                "simulated over measured: p50 %.2f to %.2f, p99 %.2f to %.2f; by p99 on the fleet %s; simulated %s",
                p50[0],
                p50[p50.length - 1],
                p99[0],
                p99[p99.length - 1],
                String.join(", ", onTheFleet),
                String.join(", ", here));
        return List.of(new Verdict("B14", text, measured, Verdict.State.of(isMet)));
    }

    private static boolean isClose(double[] sorted) {
        return sorted[0] >= 1 - TOLERANCE && sorted[sorted.length - 1] <= 1 + TOLERANCE;
    }

    private static List<String> ranking(List<SameTrace> all, Comparator<SameTrace> by) {
        return all.stream().sorted(by).map(SameTrace::policy).toList();
    }
}
