package dev.evenkeel.benchmarks.sidebyside;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the four nodes are like, what is sent to them, and what happens to one of them. */
public enum Scenario {
    UNIFORM("Four nodes alike.", Grants.ALIKE, false, false, Fault.NONE),
    UNEVEN(
            "Nodes that are granted 1 : 1 : 2 : 4 of a CPU, which nobody told the balancer.",
            Grants.UNEVEN,
            false,
            false,
            Fault.NONE),
    NEIGHBOURS(
            "Four nodes alike, each beside neighbours in its own cgroup that come and go.",
            Grants.ALIKE,
            true,
            false,
            Fault.NONE),
    MIXED(
            "Four nodes alike; one request of ten is some twenty times as much work.",
            Grants.ALIKE,
            false,
            true,
            Fault.NONE),
    MANY(
            "Twelve nodes that burn what a request costs, granted 1 : 1 : 2 of a CPU, which nobody told the balancer.",
            Grants.MANY,
            false,
            false,
            Fault.NONE),
    STALL(
            "One of four nodes stands still for fifteen seconds (SIGSTOP), longer than the time limit.",
            Grants.ALIKE,
            false,
            false,
            Fault.STALL),
    KILL("One of four nodes is killed (SIGKILL).", Grants.ALIKE, false, false, Fault.KILL),
    KNEE_UNIFORM("As uniform, at rising load.", Grants.ALIKE, false, false, Fault.NONE),
    KNEE_UNEVEN("As uneven, at rising load.", Grants.UNEVEN, false, false, Fault.NONE),
    KNEE_NEIGHBOURS("As neighbours, at rising load.", Grants.ALIKE, true, false, Fault.NONE),
    THROUGHPUT(
            "As uniform, 64 clients a node that send again as soon as they are answered.",
            Grants.ALIKE,
            false,
            false,
            Fault.NONE);

    /** At rising load. */
    static final List<Scenario> KNEES = List.of(KNEE_UNIFORM, KNEE_UNEVEN, KNEE_NEIGHBOURS);

    private static final String PAST_THE_KNEE =
            " Who was above the limit at a lower load of a repeat was not run: a row with fewer repeats is of those in which its "
                    + "subject was good.";

    /** A stalled node; longer than the time limit, or who only waits for it would fail no more than who does not. */
    static final Duration STALLED = Duration.ofSeconds(15);

    /** What happens to the first node in the middle of a run. */
    enum Fault {
        NONE,
        STALL,
        KILL
    }

    /** What runs in a node. */
    enum Nodes {
        /** The measuring encoder. */
        MODELS,
        /** As much CPU as a request is worth; smaller and sooner there, so there may be more. */
        BURNING
    }

    /** CPUs by node: 0.88 of the CPU that all share, so that the kernel can keep its word to each. */
    private enum Grants {
        ALIKE,
        UNEVEN,
        MANY;

        List<Double> cpus() {
            return switch (this) {
                case ALIKE -> List.of(0.22, 0.22, 0.22, 0.22);
                case UNEVEN -> List.of(0.11, 0.11, 0.22, 0.44);
                case MANY ->
                    Collections.nCopies(4, List.of(0.055, 0.055, 0.11)).stream()
                            .flatMap(List::stream)
                            .toList();
            };
        }
    }

    private final String title;
    private final Grants grants;
    private final boolean neighbours;
    private final boolean mixed;
    private final Fault fault;

    Scenario(String title, Grants grants, boolean neighbours, boolean mixed, Fault fault) {
        this.title = title;
        this.grants = grants;
        this.neighbours = neighbours;
        this.mixed = mixed;
        this.fault = fault;
    }

    /** The one of this name, in lower case. */
    public static Scenario of(String name) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new dev.evenkeel.benchmarks.run.Options.Wrong("'" + name
                        + "' is no scenario; it may be "
                        + Arrays.stream(values()).map(Scenario::id).collect(Collectors.joining(", "))));
    }

    /** As options and tables have it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return isAtRisingLoad() ? title + PAST_THE_KNEE : title;
    }

    /** CPUs granted to each node. */
    List<Double> cpus() {
        return grants.cpus();
    }

    Nodes nodes() {
        return this == MANY ? Nodes.BURNING : Nodes.MODELS;
    }

    boolean hasNeighbours() {
        return neighbours;
    }

    boolean isMixed() {
        return mixed;
    }

    boolean isAtRisingLoad() {
        return KNEES.contains(this);
    }

    Fault fault() {
        return fault;
    }
}
