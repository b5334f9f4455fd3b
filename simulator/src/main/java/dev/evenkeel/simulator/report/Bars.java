package dev.evenkeel.simulator.report;

import java.util.List;
import java.util.stream.Stream;

/** The bars that the default policy is held to, each judged by raw figures alone. */
public final class Bars {

    private Bars() {}

    /**
     * All of them, in order. One that asks for several things has a line for each.
     *
     * @param picks what a pick costs
     */
    public static List<Verdict> judge(Rows rows, List<PickCost> picks) {
        LatencyBars latency = new LatencyBars(rows);
        FaultBars faults = new FaultBars(rows);
        return Stream.of(
                        latency.publicCell(),
                        latency.neighbours(),
                        latency.mixedSizes(),
                        latency.gateways(),
                        faults.sinkhole(),
                        faults.stall(),
                        faults.heal(),
                        faults.unevenCores(),
                        faults.overload(),
                        latency.rise(),
                        PickCost.judge(picks),
                        latency.polls(),
                        faults.scale(),
                        List.of(Verdict.notMeasured(
                                "B14",
                                "the same trace in the simulator and on a real fleet: p50 and p99 within 20 %, same"
                                        + " ranking of policies",
                                "waits for the side-by-side harness")))
                .flatMap(List::stream)
                .toList();
    }
}
