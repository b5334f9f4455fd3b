package dev.evenkeel.simulator.scenario;

import dev.evenkeel.simulator.node.Node;

/** Something that happens in the course of a run. */
public sealed interface Happening {

    /** After the start of the run. */
    double atSeconds();

    /** A node breaks or comes back. */
    record Fault(double atSeconds, int node, Node.Fault fault) implements Happening {}

    /** A node is so many times slower than it should be from now on; 1 is as it should be. */
    record Slowness(double atSeconds, int node, double factor) implements Happening {}

    /**
     * A node that was not there before starts, and is slow until it is warm.
     *
     * @param seconds until it is warm
     * @param factor how many times slower it is until then
     * @param lagSeconds until the registry has told the last gateway; they hear of it one after the other
     */
    record Start(double atSeconds, int node, double seconds, double factor, double lagSeconds) implements Happening {}

    /** A gateway is replaced by one that knows nothing yet. */
    record Restart(double atSeconds, int gateway) implements Happening {}

    /** Anything else that happens to a node, or looks at it. */
    record Anything(double atSeconds, int node, What what) implements Happening {}

    /** What may happen to a node. */
    @FunctionalInterface
    interface What {

        void happensTo(Node node);
    }
}
