package dev.evenkeel.simulator.scenario;

import dev.evenkeel.simulator.scenario.Scenarios.Size;
import java.util.List;
import java.util.function.Function;

/**
 * A scenario before its size is chosen.
 *
 * @param name by which it is asked for
 * @param description one sentence of what it is about
 * @param kinds of nodes that it may have, the usual one first
 * @param nodes how many it usually has
 * @param gateways how many it usually has
 * @param loads at which it is usually run
 * @param scenario makes it
 */
public record Template(
        String name,
        String description,
        List<String> kinds,
        int nodes,
        int gateways,
        List<Double> loads,
        Function<Size, Scenario> scenario) {

    public Template {
        kinds = List.copyOf(kinds);
        loads = List.copyOf(loads);
    }

    /** The usual size. */
    public Size size() {
        return new Size(kinds.getFirst(), nodes, gateways, loads.getFirst());
    }

    /**
     * The scenario at a size.
     *
     * @throws IllegalArgumentException naming what of the size it cannot have
     */
    public Scenario at(Size size) {
        if (!kinds.contains(size.kind())) {
            throw new IllegalArgumentException("%s has no nodes of kind '%s'; it may be one of %s"
                    .formatted(name, size.kind(), String.join(", ", kinds)));
        }
        return scenario.apply(size);
    }
}
