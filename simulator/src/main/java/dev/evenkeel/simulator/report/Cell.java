package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.scenario.Scenarios.Size;

/**
 * A scenario at a size: where policies meet.
 *
 * @param scenario its name
 * @param size chosen
 */
public record Cell(String scenario, Size size) {

    /**
     * What is simulated.
     *
     * @throws IllegalArgumentException naming what there is not
     */
    public Scenario simulated() {
        return Scenarios.byName(scenario).at(size);
    }

    public String kind() {
        return size.kind();
    }

    public int nodes() {
        return size.nodes();
    }

    public int gateways() {
        return size.gateways();
    }

    public double load() {
        return size.load();
    }

    /** The same with another number of gateways. */
    Cell gateways(int gateways) {
        return new Cell(scenario, new Size(kind(), nodes(), gateways, load()));
    }

    /** The same at another load. */
    Cell load(double load) {
        return new Cell(scenario, new Size(kind(), nodes(), gateways(), load));
    }

    /** For people, without the scenario. */
    public String label() {
        return "%s, %d nodes, %d gateway%s, load %s"
                .formatted(kind(), nodes(), gateways(), gateways() == 1 ? "" : "s", Figure.plain(load()));
    }

    @Override
    public String toString() {
        return scenario + ", " + label();
    }
}
