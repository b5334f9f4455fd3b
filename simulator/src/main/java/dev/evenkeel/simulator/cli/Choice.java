package dev.evenkeel.simulator.cli;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.simulator.report.Cell;
import dev.evenkeel.simulator.report.Grid;
import dev.evenkeel.simulator.report.Peers;
import dev.evenkeel.simulator.scenario.Scenarios;
import java.util.List;

/** Checks what somebody asks for before anything is run. */
final class Choice {

    private Choice() {}

    /**
     * A grid that can be run.
     *
     * @throws IllegalArgumentException naming what of it is wrong, and what would be right
     */
    static Grid check(Grid grid) {
        grid.policies().forEach(Choice::checkPolicy);
        grid.nodes().forEach(nodes -> check("--nodes", nodes, nodes >= 1, "1 or more"));
        grid.gateways().forEach(gateways -> check("--gateways", gateways, gateways >= 1, "1 or more"));
        grid.loads().forEach(load -> check("--load", load, load > 0 && load <= 10, "above 0, and 10 at most"));
        for (String name : grid.scenarios()) {
            List<String> kinds = Scenarios.byName(name).kinds();
            for (String kind : grid.kinds()) {
                if (!kinds.contains(kind)) {
                    throw new IllegalArgumentException("--kind is '%s'; for %s it may be one of %s"
                            .formatted(kind, name, String.join(", ", kinds)));
                }
            }
        }
        grid.cells().forEach(Cell::simulated);
        return grid;
    }

    /** @throws IllegalArgumentException when it is not {@code isRight} */
    static void check(String option, Object value, boolean isRight, String right) {
        if (!isRight) {
            throw new IllegalArgumentException("%s is %s; it must be %s".formatted(option, value, right));
        }
    }

    private static void checkPolicy(String spec) {
        if (spec.equals(Peers.ORACLE)) {
            return;
        }
        try {
            Policies.check(spec);
        } catch (IllegalArgumentException e) {
            boolean isUnknown =
                    Policies.names().stream().noneMatch(name -> spec.equals(name) || spec.startsWith(name + ":"));
            throw isUnknown ? new IllegalArgumentException(e.getMessage() + ", " + Peers.ORACLE, e) : e;
        }
    }
}
