package dev.evenkeel.simulator;

import dev.evenkeel.simulator.event.EventQueue;
import dev.evenkeel.simulator.event.Streams;
import dev.evenkeel.simulator.gateway.Gateway;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.result.Recorder;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Happening;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.workload.Call;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One run. */
public final class Simulation {

    /** Answers that are still under way when the arrivals end have this long. */
    private static final long COOL_DOWN_NANOS = 30_000_000_000L;

    private static final long BUCKET_NANOS = 500_000_000;

    /** As the gateway service has it by default. Where nothing breaks, nobody waits so long but by overload. */
    private static final long TIMEOUT_NANOS = 60_000_000_000L;

    private final Scenario scenario;
    private final EventQueue events = new EventQueue();
    private final Streams streams;
    private final Recorder recorder;
    private final Gateway.Settings settings;
    private final long from;
    private final long until;
    private final List<Node> nodes = new ArrayList<>();
    private final Set<Integer> absent = new HashSet<>();
    private final List<Gateway> gateways = new ArrayList<>();
    private final FaultWatch watch;
    private final Clients clients;

    Simulation(Scenario scenario, String policy, long seed) {
        this(scenario, policy, seed, null);
    }

    private Simulation(Scenario scenario, String policy, long seed, @Nullable List<Call> trace) {
        this.scenario = scenario;
        this.streams = new Streams(seed);
        this.from = nanos(scenario.warmupSeconds());
        this.until = from + nanos(scenario.seconds());
        this.recorder = new Recorder(scenario.nodes().size(), from, until, BUCKET_NANOS);
        this.settings = new Gateway.Settings(
                policy, scenario.admits(), scenario.happenings().isEmpty() ? Long.MAX_VALUE : TIMEOUT_NANOS);
        for (int i = 0; i < scenario.nodes().size(); i++) {
            nodes.add(new Node(i, scenario.nodes().get(i), scenario.kind(), Long.MAX_VALUE, events));
        }
        scenario.neighbours().settle(nodes, streams, events);
        for (Happening happening : scenario.happenings()) {
            if (happening instanceof Happening.Start start) {
                absent.add(start.node());
            }
            events.at(nanos(happening.atSeconds()), () -> happen(happening));
        }
        for (int i = 0; i < scenario.gateways(); i++) {
            gateways.add(gateway(i));
        }
        this.watch = new FaultWatch(scenario, events, gateways, recorder);
        this.clients = trace == null ? new Drawn() : new Recorded(trace);
    }

    /**
     * Runs a scenario.
     *
     * @param policy a spec of the balancer's policies, or {@link Gateway#ORACLE}
     * @throws IllegalArgumentException naming the policies that there are
     */
    public static Result run(Scenario scenario, String policy, long seed) {
        return new Simulation(scenario, policy, seed).run();
    }

    /**
     * Runs a scenario with the requests of a trace, and not with drawn ones: those of a real fleet that was measured.
     *
     * @param trace in the order of its times; of those due before {@link Scenario#warmupSeconds} none counts
     */
    public static Result replay(Scenario scenario, String policy, long seed, List<Call> trace) {
        return new Simulation(scenario, policy, seed, List.copyOf(trace)).run();
    }

    private Gateway gateway(int index) {
        return new Gateway(index, present(), settings, scenario.network(), streams, events, recorder);
    }

    private List<Node> present() {
        return nodes.stream().filter(node -> !absent.contains(node.index())).toList();
    }

    Result run() {
        clients.next();
        events.runUntil(from);
        double[] before = coreSeconds();
        events.runUntil(until);
        double[] used = coreSeconds();
        for (int i = 0; i < used.length; i++) {
            used[i] -= before[i];
        }
        events.runUntil(until + COOL_DOWN_NANOS);
        return recorder.result(used, watch.observed());
    }

    /** Those of the run, for a test to look into. */
    List<Gateway> gateways() {
        return gateways;
    }

    private double[] coreSeconds() {
        return nodes.stream().mapToDouble(node -> node.coreNanos() / 1e9).toArray();
    }

    private void happen(Happening happening) {
        switch (happening) {
            case Happening.Fault(double _, int node, Node.Fault fault) ->
                nodes.get(node).fault(fault);
            case Happening.Slowness(double _, int node, double factor) ->
                nodes.get(node).slowness(factor);
            case Happening.Anything(double _, int node, Happening.What what) -> what.happensTo(nodes.get(node));
            case Happening.Start start -> start(start);
            case Happening.Restart(double _, int gateway) -> {
                gateways.get(gateway).stop();
                gateways.set(gateway, gateway(gateway));
            }
        }
    }

    private void start(Happening.Start start) {
        absent.remove(start.node());
        Node node = nodes.get(start.node());
        node.slowness(start.factor());
        events.after(nanos(start.seconds()), () -> node.slowness(1));
        for (int i = 0; i < gateways.size(); i++) {
            int gateway = i;
            double lag = start.lagSeconds() * (i + 1) / gateways.size();
            events.after(nanos(lag), () -> gateways.get(gateway).know(present()));
        }
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    /** All clients together. */
    private abstract class Clients {

        private final RandomGenerator entrances = streams.of("entrances");

        /** Plans the next request, if there is one. */
        abstract void next();

        final void send(Call call) {
            gateways.get(entrances.nextInt(gateways.size())).arrive(call);
            next();
        }
    }

    /** Those of a trace. */
    private final class Recorded extends Clients {

        private final Iterator<Call> trace;

        Recorded(List<Call> trace) {
            this.trace = trace.iterator();
        }

        @Override
        void next() {
            if (trace.hasNext()) {
                Call call = trace.next();
                events.at(call.at(), () -> send(call));
            }
        }
    }

    /** Those that the scenario's load, arrivals and sizes make. */
    private final class Drawn extends Clients {

        private final RandomGenerator arrivals = streams.of("arrivals");
        private final RandomGenerator sizes = streams.of("sizes");
        private final RandomGenerator hints = streams.of("hints");

        private final double rate = scenario.rate();

        @Override
        void next() {
            long wait = scenario.arrivals().nextAfter(events.now(), rate, arrivals);
            if (events.now() + wait < until) {
                events.after(wait, this::send);
            }
        }

        private void send() {
            double work = scenario.sizes().next(sizes);
            double error =
                    scenario.hintError() == 0 ? 0 : hints.nextDouble(-scenario.hintError(), scenario.hintError());
            send(new Call(
                    events.now(),
                    work,
                    Math.max(1, Math.round(work * (1 + error))),
                    scenario.kind().tokensOf(work),
                    work < scenario.sizes().smallBelow()));
        }
    }
}
