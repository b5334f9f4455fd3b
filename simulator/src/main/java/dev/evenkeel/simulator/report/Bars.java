package dev.evenkeel.simulator.report;

import java.util.List;
import java.util.stream.Stream;

/** The bars that the default policy is held to, each judged by raw figures alone. */
public final class Bars {

    private Bars() {}

    /**
     * All of them, in order. One that asks for several things has a line for each.
     *
     * @param outside what was measured elsewhere
     */
    public static List<Verdict> judge(Rows rows, Outside outside) {
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
                        PickCost.judge(outside.picks()),
                        latency.polls(),
                        faults.scale(),
                        SameTrace.judge(outside.sameTraces()))
                .flatMap(List::stream)
                .toList();
    }
}
