package dev.evenkeel.simulator.report;

import java.util.List;

/**
 * What was measured on a real machine, for the bars that no simulation can judge; each may be empty.
 *
 * @param picks what a pick costs
 * @param sameTraces the fleet beside the simulator
 */
public record Outside(List<PickCost> picks, List<SameTrace> sameTraces) {

    public static final Outside NOTHING = new Outside(List.of(), List.of());

    public Outside {
        picks = List.copyOf(picks);
        sameTraces = List.copyOf(sameTraces);
    }
}
