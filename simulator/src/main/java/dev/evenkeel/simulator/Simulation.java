package dev.evenkeel.simulator;

import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import dev.evenkeel.simulator.gateway.Gateway;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.result.Recorder;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.workload.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** One run. */
public final class Simulation {

    /** Answers that are still under way when the arrivals end have this long. */
    private static final long COOL_DOWN_NANOS = 30_000_000_000L;

    private static final long BUCKET_NANOS = 500_000_000;

    private final Scenario scenario;
    private final EventQueue events = new EventQueue();
    private final Streams streams;
    private final Recorder recorder;
    private final long from;
    private final long until;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();

    Simulation(Scenario scenario, String policy, long seed) {
        this.scenario = scenario;
        this.streams = new Streams(seed);
        this.from = nanos(scenario.warmupSeconds());
        this.until = from + nanos(scenario.seconds());
        this.recorder = new Recorder(scenario.nodes().size(), from, until, BUCKET_NANOS);
        for (int i = 0; i < scenario.nodes().size(); i++) {
            Node node = new Node(i, scenario.nodes().get(i), scenario.kind(), Long.MAX_VALUE, events);
            nodes.add(node);
        }
        scenario.neighbours().settle(nodes, streams, events);
        for (int i = 0; i < scenario.gateways(); i++) {
            gateways.add(new Gateway(i, nodes, policy, scenario.network(), streams, events, recorder));
        }
        scenario.faults()
                .forEach(fault ->
                        events.at(nanos(fault.atSeconds()), () -> fault.what().happensTo(nodes.get(fault.node()))));
    }

    /**
     * Runs a scenario.
     *
     * @param policy a name of the balancer's policies, or {@link Gateway#ORACLE}
     * @throws IllegalArgumentException naming the policies that there are
     */
    public static Result run(Scenario scenario, String policy, long seed) {
        return new Simulation(scenario, policy, seed).run();
    }

    Result run() {
        new Clients().next();
        events.runUntil(from);
        double[] before = coreSeconds();
        events.runUntil(until);
        double[] used = coreSeconds();
        for (int i = 0; i < used.length; i++) {
            used[i] -= before[i];
        }
        events.runUntil(until + COOL_DOWN_NANOS);
        return recorder.result(used);
    }

    /** Those of the run, for a test to look into. */
    List<Gateway> gateways() {
        return gateways;
    }

    private double[] coreSeconds() {
        return nodes.stream().mapToDouble(node -> node.coreNanos() / 1e9).toArray();
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    /** All clients together. */
    private final class Clients {

        private final RandomGenerator arrivals = streams.of("arrivals");
        private final RandomGenerator sizes = streams.of("sizes");
        private final RandomGenerator hints = streams.of("hints");
        private final RandomGenerator entrances = streams.of("entrances");

        void next() {
            long wait = scenario.arrivals().nextAfter(events.now(), scenario.rate(), arrivals);
            if (events.now() + wait < until) {
                events.after(wait, this::send);
            }
        }

        private void send() {
            double work = scenario.sizes().next(sizes);
            double error =
                    scenario.hintError() == 0 ? 0 : hints.nextDouble(-scenario.hintError(), scenario.hintError());
            Call call = new Call(
                    events.now(),
                    work,
                    Math.max(1, Math.round(work * (1 + error))),
                    scenario.kind().tokensOf(work),
                    work < scenario.sizes().smallBelow());
            gateways.get(entrances.nextInt(gateways.size())).arrive(call);
            next();
        }
    }
}
