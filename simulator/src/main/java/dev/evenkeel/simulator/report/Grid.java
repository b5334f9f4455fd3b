package dev.evenkeel.simulator.report;

import dev.evenkeel.simulator.scenario.Scenarios;
import dev.evenkeel.simulator.scenario.Scenarios.Size;
import dev.evenkeel.simulator.scenario.Template;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every scenario with every kind, number of nodes, of gateways, load and policy; an empty list of them stands for what the
 * scenario usually has.
 */
public record Grid(
        List<String> scenarios,
        List<String> kinds,
        List<Integer> nodes,
        List<Integer> gateways,
        List<Double> loads,
        List<String> policies) {

    public Grid {
        scenarios = List.copyOf(scenarios);
        kinds = List.copyOf(kinds);
        nodes = List.copyOf(nodes);
        gateways = List.copyOf(gateways);
        loads = List.copyOf(loads);
        policies = List.copyOf(policies);
    }

    /** The cells, each once. */
    public List<Cell> cells() {
        return scenarios.stream().map(Scenarios::byName).flatMap(this::cells).toList();
    }

    private Stream<Cell> cells(Template template) {
        return or(kinds, template.kinds().subList(0, 1)).stream()
                .flatMap(kind -> or(nodes, List.of(template.nodes())).stream()
                        .flatMap(node -> or(gateways, List.of(template.gateways())).stream()
                                .flatMap(gateway -> or(loads, template.loads()).stream()
                                        .map(load -> new Cell(template.name(), new Size(kind, node, gateway, load))))));
    }

    private static <T> List<T> or(List<T> given, List<T> usual) {
        return given.isEmpty() ? usual : given;
    }
}
