package dev.evenkeel.simulator.scenario;

import dev.evenkeel.simulator.node.Neighbours;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Network;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.List;

/**
 * Everything of a run but the policy and the seed.
 *
 * @param kind how nodes serve
 * @param nodes what each is made of
 * @param neighbours who takes some of it
 * @param gateways that send, each as many requests as the other
 * @param arrivals when requests come
 * @param load mean rate of work that comes, as a share of what the fleet can do
 * @param sizes of the requests
 * @param hintError how far off the gateway's estimate of a request's work is at most, as a share
 * @param network between gateways and nodes
 * @param warmupSeconds before measuring begins
 * @param seconds measured
 * @param admits gateways turn away what the fleet cannot finish in time
 * @param happenings what happens meanwhile
 */
public record Scenario(
        NodeKind kind,
        List<Node.Spec> nodes,
        Neighbours neighbours,
        int gateways,
        Arrivals arrivals,
        double load,
        Sizes sizes,
        double hintError,
        Network network,
        double warmupSeconds,
        double seconds,
        boolean admits,
        List<Happening> happenings) {

    public Scenario {
        nodes = List.copyOf(nodes);
        happenings = List.copyOf(happenings);
    }

    /** The same, measured for so long. */
    Scenario lasting(double measuredSeconds) {
        return new Scenario(
                kind,
                nodes,
                neighbours,
                gateways,
                arrivals,
                load,
                sizes,
                hintError,
                network,
                warmupSeconds,
                measuredSeconds,
                admits,
                happenings);
    }

    /** Work units per second that the fleet can do on average. */
    public double capacity() {
        double cores =
                nodes.stream().mapToDouble(node -> node.cores() * node.speed()).sum();
        return cores * neighbours.meanShare() * kind.unitsPerCoreSecond(sizes);
    }

    /** Requests per second of the whole fleet. */
    public double rate() {
        return load * capacity() / sizes.mean();
    }
}
