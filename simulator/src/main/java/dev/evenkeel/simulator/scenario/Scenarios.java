package dev.evenkeel.simulator.scenario;

import dev.evenkeel.simulator.node.Neighbours;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Network;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The scenarios by name, for any size of fleet, number of gateways and load. */
public final class Scenarios {

    private static final double HINT_ERROR = 0.2;

    private Scenarios() {}

    /** The names, in the order in which reports have them. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(Catalogue.BY_NAME.keySet());
    }

    /**
     * A scenario before its size is chosen.
     *
     * @throws IllegalArgumentException listing the names
     */
    public static Template byName(String name) {
        Template template = Catalogue.BY_NAME.get(name);
        if (template == null) {
            throw new IllegalArgumentException(
                    "there is no scenario '" + name + "'; it may be one of " + String.join(", ", names()));
        }
        return template;
    }

    /** What of a scenario may be chosen. */
    public record Size(String kind, int nodes, int gateways, double load) {}

    /**
     * 20 servers of four cores, half at half speed, three of ten with noisy neighbours: the cell that peers have published
     * figures of.
     */
    public static Scenario publicCell(Size size) {
        return new Scenario(
                new NodeKind.FifoNode(),
                IntStream.range(0, size.nodes())
                        .mapToObj(i -> new Node.Spec(4, i % 2 == 0 ? 1 : 0.5))
                        .toList(),
                new Neighbours.PublicCell(0.3),
                size.gateways(),
                new Arrivals.Poisson(),
                size.load(),
                new Sizes.Exponential(40_000),
                HINT_ERROR,
                Network.SITE,
                3,
                20,
                List.of());
    }

    /** Nodes of two speeds whose neighbours take 0 to 95 % of them; requests alike. */
    public static Scenario neighbours(Size size) {
        NodeKind kind = Fleets.kind(size.kind());
        return noisy(size, kind, Fleets.alike(kind));
    }

    /** As {@link #neighbours}, with one request of ten eighteen times as large. */
    public static Scenario mixedSizes(Size size) {
        return noisy(size, Fleets.kind(size.kind()), Fleets.mixed());
    }

    /** Nodes of one, two and four cores, which nobody has told the gateways. */
    public static Scenario unevenCores(Size size) {
        NodeKind kind = Fleets.kind(size.kind());
        return new Scenario(
                kind,
                IntStream.range(0, size.nodes())
                        .mapToObj(i -> new Node.Spec(1 << i % 3, 1))
                        .toList(),
                new Neighbours.None(),
                size.gateways(),
                new Arrivals.Poisson(),
                size.load(),
                Fleets.alike(kind),
                HINT_ERROR,
                Network.SITE,
                10,
                20,
                List.of());
    }

    private static Scenario noisy(Size size, NodeKind kind, Sizes sizes) {
        return new Scenario(
                kind,
                Fleets.halfAtHalfSpeed(size.nodes()),
                new Neighbours.Moving(0, 0.95, 5),
                size.gateways(),
                new Arrivals.Poisson(),
                size.load(),
                sizes,
                HINT_ERROR,
                Network.SITE,
                4,
                size.nodes() >= 100 ? 10 : 20,
                List.of());
    }
}
