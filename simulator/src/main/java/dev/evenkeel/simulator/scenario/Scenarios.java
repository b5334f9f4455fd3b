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
    private static final double REQUESTS_AT_SCALE = 1e7;

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
                false,
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
                false,
                List.of());
    }

    /** As {@link #neighbours}, and as long as ten million requests take. */
    public static Scenario scale(Size size) {
        Scenario brief = neighbours(size);
        return brief.lasting(REQUESTS_AT_SCALE / brief.rate());
    }

    /** Two nodes of the fleet fail whatever they are sent, at once, and look idle by that. */
    public static Scenario sinkhole(Size size) {
        return faulty(
                size,
                30,
                List.of(new Happening.Fault(5, 3, Node.Fault.FAILING), new Happening.Fault(5, 4, Node.Fault.FAILING)));
    }

    /** A node stops answering with requests inside. */
    public static Scenario stall(Size size) {
        return faulty(size, 15, List.of(new Happening.Fault(10, 3, Node.Fault.HUNG)));
    }

    /** A node is killed: nobody listens there any more, and what was inside is gone. The registry lists it on. */
    public static Scenario killed(Size size) {
        return faulty(size, 15, List.of(new Happening.Fault(10, 3, Node.Fault.DEAD)));
    }

    /** A node hangs, and after ten seconds goes on. */
    public static Scenario heal(Size size) {
        return faulty(
                size,
                35,
                List.of(new Happening.Fault(10, 3, Node.Fault.HUNG), new Happening.Fault(20, 3, Node.Fault.NONE)));
    }

    /** A node stands still for 0.3 s, as for a garbage collection, again and again. */
    public static Scenario pauses(Size size) {
        return faulty(
                size,
                20,
                IntStream.range(0, 8)
                        .<Happening>mapToObj(i -> new Happening.Fault(
                                8 + i / 2 * 3 + i % 2 * 0.3, 3, i % 2 == 0 ? Node.Fault.HUNG : Node.Fault.NONE))
                        .toList());
    }

    /** A node becomes ten times slower, for good. */
    public static Scenario slow(Size size) {
        return faulty(size, 20, List.of(new Happening.Slowness(10, 3, 10)));
    }

    /** A node is added that is cold for five seconds, and the registry tells the last gateway after 60 s. */
    public static Scenario coldStart(Size size) {
        return faulty(size, 80, List.of(new Happening.Start(10, size.nodes() - 1, 5, 5, 60)));
    }

    /** A gateway restarts, and knows nothing of what it and others have under way. */
    public static Scenario gatewayRestart(Size size) {
        return faulty(size, 20, List.of(new Happening.Restart(10, 0)));
    }

    private static Scenario faulty(Size size, double seconds, List<Happening> happenings) {
        NodeKind kind = Fleets.kind(size.kind());
        return uniform(size, kind, new Arrivals.Poisson(), seconds, false, happenings);
    }

    /** More than the fleet can do; the gateways turn away what is too much. */
    public static Scenario overload(Size size) {
        return uniform(size, Fleets.kind(size.kind()), new Arrivals.Poisson(), 20, true, List.of());
    }

    /** Every five seconds three times as many requests for half a second. */
    public static Scenario bursts(Size size) {
        return uniform(size, Fleets.kind(size.kind()), new Arrivals.Bursts(5, 0.5, 3), 20, false, List.of());
    }

    /** From next to nothing to the load, within ten seconds. */
    public static Scenario ramp(Size size) {
        return uniform(size, Fleets.kind(size.kind()), new Arrivals.Ramp(0.1, 1, 10), 20, false, List.of());
    }

    private static Scenario uniform(
            Size size, NodeKind kind, Arrivals arrivals, double seconds, boolean admits, List<Happening> happenings) {
        return new Scenario(
                kind,
                IntStream.range(0, size.nodes())
                        .mapToObj(_ -> new Node.Spec(2, 1))
                        .toList(),
                new Neighbours.None(),
                size.gateways(),
                arrivals,
                size.load(),
                Fleets.alike(kind),
                HINT_ERROR,
                Network.SITE,
                4,
                seconds,
                admits,
                happenings);
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
                seconds(size, kind),
                false,
                List.of());
    }

    /** Long enough for tens of thousands of requests; a hundred batching nodes have that in seconds. */
    private static double seconds(Size size, NodeKind kind) {
        if (size.nodes() < 100) {
            return 20;
        }
        return kind instanceof NodeKind.BatchNode ? 5 : 10;
    }
}
