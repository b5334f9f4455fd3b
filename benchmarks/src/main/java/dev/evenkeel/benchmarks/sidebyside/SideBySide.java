package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.fleet.NodeProgram;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.overhead.GatewayOverhead;
import dev.evenkeel.benchmarks.peer.WeightAgent;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Results;
import dev.evenkeel.benchmarks.run.Session;
import dev.evenkeel.benchmarks.run.Turns;
import dev.evenkeel.benchmarks.run.Versions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Our gateway by every policy, HAProxy, nginx and the stock gateway in front of the same four model nodes: open loop, the
 * same arrivals and texts for each, in turns.
 */
public final class SideBySide {

    private static final Duration NODES_WARM_UP = Duration.ofSeconds(60);

    /** What a gateway costs in front of nodes that do nothing: a run of its own. */
    private static final String OVERHEAD = "overhead";

    /** Where the nodes' own figures stand among the subjects'. */
    static final String NODES = "nodes-themselves";

    /** The load at which they stand there. */
    static final double ALL_THEY_CAN = 1;

    private final Bench bench;
    private final Options options;
    private final Store store;
    private final Session session;
    private final List<Scenario> scenarios;
    private final boolean renews;
    private final Fleet fleet;
    private final Ground ground;

    /** @param scenarios whose nodes run the same, and are as many */
    private SideBySide(Bench bench, Store store, Session session, List<Scenario> scenarios, boolean renews)
            throws InterruptedException {
        this.bench = bench;
        this.options = bench.options();
        this.store = store;
        this.session = session;
        this.scenarios = scenarios;
        this.renews = renews;
        NodeProgram program = switch (scenarios.getFirst().nodes()) {
            case MODELS -> NodeProgram.models(options, bench.services(), Bench.MODEL);
            case BURNING -> NodeProgram.burning(options, bench.services(), Bench.MODEL);
        };
        this.fleet = new Fleet(
                options,
                bench.services(),
                bench.cleanup(),
                Bench.MODEL,
                program,
                scenarios.getFirst().cpus());
        this.ground = new Ground(bench, fleet);
    }

    /** What can be set, by its defaults. */
    static Options options() {
        return Bench.treeOptions()
                .with("docs", "docs", "gets benchmarks.md, and its rows and charts in benchmarks/")
                .with("peers", "benchmarks/peers", "the proxies' configurations")
                .with(
                        "scenarios",
                        "uniform,uneven,neighbours,mixed,many,throughput,stall,kill,knee-uniform,knee-uneven,knee-neighbours,overhead",
                        "what is run; nothing: the document is made of the rows that there are")
                .with("subjects", String.join(",", Subjects.everybody()), "who is compared")
                .with("load-subjects", "", "who of them is compared where nothing fails; nothing: all subjects")
                .with("fault-subjects", "", "the same in stall and kill")
                .with("knee-subjects", "", "the same at rising load")
                .with("throughput-subjects", "", "the same where throughput is what counts")
                .with("screening-repeats", "1", "short runs of each subject in each scenario; 0: nobody is left out")
                .with("screening-measure", "20", "seconds of such a run's measured stretch")
                .with("repeats", "5", "runs in each scenario of each subject that is worth it by the short ones")
                .with(
                        "renew",
                        "true",
                        "each repeat meets gateways of its own, the same in all its scenarios; false: one process of each for all")
                .with("load", "0.8", "arrivals, as a share of what the nodes finish together")
                .with("fault-load", "0.6", "the same in stall and kill")
                .with(
                        "knee-loads",
                        "0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.7,0.8",
                        "the same in knee, rising")
                .with("knee-requests", "1000", "requests of a measured stretch in knee, at least: longer at low loads")
                .with("warm-up", "30", "seconds of full load on each gateway, from nodes that answer at once")
                .with("scenario-warm-up", "30", "seconds of full load on each gateway from a scenario's own nodes")
                .with("lead-in", "5", "seconds of load before each measured stretch")
                .with("measure", "40", "seconds of a measured stretch")
                .with("time-limit", "10", "seconds after which a request without an answer has failed")
                .with("node-cpus", "1", "the CPUs that nodes and their neighbours run on, as taskset takes them")
                .with("gateway-cpus", "0", "the CPUs of what is compared, and of the registry")
                .with("node-args", NodeProgram.SMALL_NODE_ARGS, "further arguments of the nodes")
                .with("node-jvm", NodeProgram.SMALL_NODE_JVM, "flags of the nodes, as they are for less than a CPU")
                .with("gateway-args", "", "further arguments of our gateways")
                .with("gateway-jvm", Fleet.GATEWAY_JVM, "flags of the gateways, as bin/evenkeel has them");
    }

    /**
     * Refuses what would tell nobody apart.
     *
     * @throws Options.Wrong where a request can wait for the end of a stall
     */
    static void check(List<Scenario> scenarios, Duration timeLimit) {
        if (scenarios.contains(Scenario.STALL) && timeLimit.compareTo(Scenario.STALLED) >= 0) {
            throw new Options.Wrong("--time-limit is " + timeLimit.toSeconds() + "; it must be below the "
                    + Scenario.STALLED.toSeconds() + " s that a node stands still in stall: who sends nothing elsewhere"
                    + " would not fail either");
        }
    }

    public static void run(String[] args) throws Exception {
        Options options = options().parse(args);
        List<Scenario> scenarios = options.list("scenarios").stream()
                .filter(name -> !name.equals(OVERHEAD))
                .map(Scenario::of)
                .toList();
        check(scenarios, options.seconds("time-limit"));
        boolean renews = options.flag("renew");
        Store store = new Store(Path.of(options.text("docs")));
        Session session = Session.of(Instant.now(), Versions.commit(Path.of(options.text("root"))));
        if (!options.list("scenarios").isEmpty()) {
            store.begin(
                    List.of(session.screening(), session),
                    List.of(Results.machine(), Versions.ofPeers(), options.commandLine("root", "out", "docs")));
        }
        if (options.list("scenarios").contains(OVERHEAD)) {
            GatewayOverhead.run(new String[] {
                "--root", options.text("root"),
                "--out", options.text("out"),
                "--peers", options.text("peers"),
                "--repeats", options.text("repeats"),
                "--warm-up", options.text("warm-up"),
                "--measure", options.text("measure"),
                "--rows", store.folder().toString(),
                "--session", session.id()
            });
        }
        for (Scenario.Nodes nodes : Scenario.Nodes.values()) {
            List<Scenario> here = scenarios.stream()
                    .filter(scenario -> scenario.nodes() == nodes)
                    .toList();
            if (!here.isEmpty()) {
                Bench.run("bench", options, bench -> new SideBySide(bench, store, session, here, renews).run());
            }
        }
        Prediction prediction = new Prediction(new Rows(store.rows()));
        store.sameTraces(prediction.sameTraces());
        store.simulatedKnees(prediction.knees());
        store.tidy();
        new Document(store).write();
    }

    private void run() throws Exception {
        List<Integer> management =
                fleet.nodes().stream().map(Fleet.Node::management).toList();
        Entrants entrants = new Entrants(ground, bench.cleanup().add(new WeightAgent(management)), renews);
        try (Client client = new Client(ground.timeLimit())) {
            ground.warm(client, fleet.targets(), NODES_WARM_UP);
        }
        entrants.start(options.list("subjects"));
        List<CpuGroup> groups = fleet.limit();
        Neighbours neighbours = new Neighbours(
                groups, options.text("node-cpus"), bench.results().logs(), bench.cleanup());
        List<Runs> all = scenarios.stream()
                .map(scenario -> new Runs(ground, store, session, scenario, groups, neighbours, entrants))
                .toList();
        for (Runs runs : all) {
            runs.screen();
        }
        List<String> kept = all.stream()
                .flatMap(runs -> runs.subjects().stream())
                .distinct()
                .toList();
        // repeat by repeat, not scenario by scenario: gateways are renewed once for all, and an hour's bad half meets
        // all alike
        for (int repeat = 1; repeat <= options.integer("repeats"); repeat++) {
            entrants.renew(Turns.of(kept, options.integer("seed"), repeat));
            for (Runs runs : all) {
                runs.repeat(repeat);
            }
        }
    }
}
