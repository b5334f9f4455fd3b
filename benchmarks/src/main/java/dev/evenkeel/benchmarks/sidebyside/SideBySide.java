package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.backend.NullBackend;
import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.fleet.NodeProgram;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.Clients;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.OpenLoop;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.load.Trace;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.overhead.GatewayOverhead;
import dev.evenkeel.benchmarks.peer.WeightAgent;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Results;
import dev.evenkeel.benchmarks.run.Session;
import dev.evenkeel.benchmarks.run.Turns;
import dev.evenkeel.benchmarks.run.Usage;
import dev.evenkeel.benchmarks.run.Versions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Our gateway by every policy, HAProxy, nginx and the stock gateway in front of the same four model nodes: open loop, the
 * same arrivals and texts for each, in turns.
 */
public final class SideBySide {

    /** A full batch in each node, always; not the most that it finishes, which takes {@link Fleet#SATURATED}. */
    private static final int FULL_BATCH = 8;

    /** Of a gateway that is warmed. */
    private static final int WARM_UP_CLIENTS = 32;

    private static final int LONE_REQUESTS = 60;

    /** Of a warm-up, the end that is measured. */
    private static final Duration LAST_WARM = Duration.ofSeconds(3);

    /** A gateway that stood still needs this long to hear of every node again. */
    private static final Duration SETTLE = Duration.ofSeconds(3);

    /** And a proxy its checks to be made again. */
    private static final Duration PROXY_SETTLE = Duration.ofSeconds(1);

    private static final Duration NODES_WARM_UP = Duration.ofSeconds(60);

    /** Of one that has the CPU to itself. */
    private static final Duration NODE_WARM_UP = Duration.ofSeconds(20);

    /** Those that gateways are warmed at. */
    private static final int NULL_NODES = 3;

    /** What a gateway costs in front of nodes that do nothing: a run of its own. */
    private static final String OVERHEAD = "overhead";

    /** Where the nodes' own figures stand among the subjects'. */
    static final String NODES = "nodes-themselves";

    /** The load at which they stand there. */
    static final double ALL_THEY_CAN = 1;

    private final Options options;
    private final Bench bench;
    private final Results results;
    private final Store store;
    private final Session session;
    private final List<Scenario> scenarios;
    private final Fleet fleet;
    private final List<Subject> subjects = new ArrayList<>();
    private final Duration timeLimit;

    /** Tells the texts of all runs apart. */
    private int runNumber;

    /** @param scenarios whose nodes run the same, and are as many */
    private SideBySide(Bench bench, Store store, Session session, List<Scenario> scenarios)
            throws InterruptedException {
        this.bench = bench;
        this.options = bench.options();
        this.results = bench.results();
        this.store = store;
        this.session = session;
        this.scenarios = scenarios;
        this.timeLimit = options.seconds("time-limit");
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
    }

    /** What can be set, by its defaults. */
    static Options options() {
        return Bench.treeOptions()
                .with("docs", "docs", "gets benchmarks.md, and its rows and charts in benchmarks/")
                .with("peers", "benchmarks/peers", "the proxies' configurations")
                .with(
                        "scenarios",
                        "uniform,uneven,neighbours,mixed,many,throughput,stall,kill,knee,overhead",
                        "what is run; nothing: the document is made of the rows that there are")
                .with("subjects", String.join(",", Subjects.everybody()), "who is compared")
                .with("fault-subjects", "", "who is compared in stall and kill; nothing: all subjects")
                .with("knee-subjects", "", "who is compared at rising load; nothing: all subjects")
                .with("repeats", "5", "runs of each subject in each scenario")
                .with("load", "0.8", "arrivals, as a share of what the nodes finish together")
                .with("fault-load", "0.6", "the same in stall and kill")
                .with("knee-loads", "0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7", "the same in knee, rising")
                .with("warm-up", "30", "seconds of full load on each gateway, from nodes that answer at once")
                .with("scenario-warm-up", "30", "seconds of full load on each gateway from a scenario's own nodes")
                .with("lead-in", "5", "seconds of load before each measured stretch")
                .with("measure", "20", "seconds of a measured stretch")
                .with("time-limit", "10", "seconds after which a request without an answer has failed")
                .with("node-cpus", "1", "the CPUs that nodes and their neighbours run on, as taskset takes them")
                .with("gateway-cpus", "0", "the CPUs of what is compared, and of the registry")
                .with("node-args", "--evenkeel.workers=1", "further arguments of the nodes")
                .with(
                        "node-jvm",
                        "-Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "flags of the nodes, as bin/evenkeel has them")
                .with("gateway-args", "", "further arguments of our gateways")
                .with(
                        "gateway-jvm",
                        "-Xmx384m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "flags of the gateways, as bin/evenkeel has them for ours");
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
        Store store = new Store(Path.of(options.text("docs")));
        Session session = Session.of(Instant.now(), Versions.commit(Path.of(options.text("root"))));
        if (!options.list("scenarios").isEmpty()) {
            store.begin(
                    session,
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
                Bench.run("bench", options, bench -> new SideBySide(bench, store, session, here).run());
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
        WeightAgent agent = bench.cleanup().add(new WeightAgent(management));
        Child nullBackend = NullBackend.start(
                bench.services(), options.text("node-cpus"), Ports.free(NULL_NODES), fleet.registryUri());
        try (Client client = new Client(timeLimit)) {
            warm(client, fleet.targets(), NODES_WARM_UP);
            for (String name : options.list("subjects")) {
                Subject subject =
                        Subjects.start(name, options, fleet, bench.services(), bench.cleanup(), results.logs(), agent);
                if (subject.isGateway()) {
                    compile(client, subject);
                }
                double rate = fullLoad(client, subject, texts(Scenario.UNIFORM, 1), LAST_WARM, LAST_WARM);
                results.progress("%s is warm: %.0f/s, the nodes not limited yet", name, rate);
                Thread.sleep(SETTLE); // what is under way is answered before it stops
                subject.process().pause();
                subjects.add(subject);
            }
        }
        bench.services().stop(nullBackend);
        List<CpuGroup> groups = fleet.limit();
        Neighbours neighbours = new Neighbours(groups, options.text("node-cpus"), results.logs(), bench.cleanup());
        for (Scenario scenario : scenarios) {
            for (int i = 0; i < groups.size(); i++) {
                groups.get(i).grant(scenario.cpus().get(i));
            }
            new Runs(scenario, groups, neighbours).all();
        }
    }

    /**
     * A JVM needs tens of thousands of requests until it has compiled what they take, which model nodes on one CPU answer in
     * minutes. So it is warmed at nodes that answer at once, whose model no other node serves. A gateway that does not look at
     * the model meets the model nodes too, which tell it that they do not know it.
     */
    private void compile(Client client, Subject subject) throws InterruptedException {
        Texts texts = new Texts(NullBackend.MODEL, false, 1, runNumber++);
        double rate =
                fullLoad(client, subject, texts, options.seconds("warm-up").minus(LAST_WARM), LAST_WARM);
        results.progress("%s finishes %.0f/s where nodes answer at once", subject.name(), rate);
    }

    /** What a subject finishes a second, for clients that send again as soon as they are answered. */
    private static double fullLoad(Client client, Subject subject, Texts texts, Duration leadIn, Duration measured)
            throws InterruptedException {
        return ClosedLoop.run(client, List.of(subject.target()), texts, WARM_UP_CLIENTS, leadIn, measured)[0];
    }

    private void warm(Client client, List<Target> targets, Duration time) throws InterruptedException {
        double[] rates = ClosedLoop.run(
                client, targets, texts(Scenario.UNIFORM, 2), FULL_BATCH, time.minus(LAST_WARM), LAST_WARM);
        results.progress("nodes are warm: %s/s, not limited yet", Arrays.toString(rates));
    }

    private Texts texts(Scenario scenario, long seed) {
        return new Texts(Bench.MODEL, scenario.isMixed(), seed, runNumber++);
    }

    private interface Use<T> {

        T of(Client client) throws Exception;
    }

    /** All of one scenario. */
    private final class Runs {

        private final Scenario scenario;
        private final List<CpuGroup> groups;
        private final Neighbours neighbours;

        Runs(Scenario scenario, List<CpuGroup> groups, Neighbours neighbours) {
            this.scenario = scenario;
            this.groups = groups;
            this.neighbours = neighbours;
        }

        void all() throws Exception {
            List<Subject> here = subjectsHere();
            store.forget(scenario, here.stream().map(Subject::name).toList());
            for (Subject subject : here) {
                if (subject.isGateway()) {
                    compileAgain(subject);
                }
            }
            SplittableRandom seeds = new SplittableRandom(options.integer("seed"));
            for (int repeat = 1; repeat <= options.integer("repeats"); repeat++) {
                double capacity = nodesThemselves(repeat);
                List<Subject> order = Turns.of(here, options.integer("seed"), repeat);
                for (double load : loads()) {
                    long seed = seeds.nextLong();
                    for (Subject subject : order) {
                        Row row = run(subject, load, repeat, load * capacity, seed);
                        store.add(row);
                        results.progress(
                                "%s %.2f repeat %d %-26s p50 %.0f p99 %.0f ms, %.0f of %.0f failed; late p99 %.1f ms,"
                                        + " others %.2f cores",
                                scenario.id(),
                                load,
                                repeat,
                                subject.name(),
                                row.get("p50"),
                                row.get("p99"),
                                row.get("failed"),
                                row.get("requests"),
                                row.get("late_p99"),
                                row.get("others_cores"));
                    }
                }
            }
        }

        private List<Subject> subjectsHere() {
            List<String> names = switch (scenario) {
                case STALL, KILL -> options.list("fault-subjects");
                case KNEE -> options.list("knee-subjects");
                default -> List.of();
            };
            return subjects.stream()
                    .filter(subject -> names.isEmpty() || names.contains(subject.name()))
                    .toList();
        }

        private List<Double> loads() {
            return switch (scenario) {
                case STALL, KILL -> List.of(options.number("fault-load"));
                case KNEE -> options.numbers("knee-loads");
                case THROUGHPUT -> List.of(1.0);
                default -> List.of(options.number("load"));
            };
        }

        /**
         * What the limited nodes finish a second together, and what a lone request takes on one when all is quiet: before each
         * repeat, as a virtual machine's cores are not equally fast for an hour. Neighbours take their mean share of it, which
         * is known: those who came and went meanwhile would take another each time.
         */
        private double nodesThemselves(int repeat) throws Exception {
            double lone = lone();
            double share = scenario.hasNeighbours() ? Neighbours.MEAN_SHARE : 1;
            Map<String, Double> figures = new HashMap<>(Map.of("p50", lone));
            if (inside() > FULL_BATCH) {
                double fullBatch = Arrays.stream(closedLoop(FULL_BATCH, options.seconds("measure")))
                        .sum();
                figures.put(Row.FULL_BATCH, fullBatch * share);
                fleet.awaitIdle();
            }
            double[] rates = closedLoop(inside(), options.seconds("measure").multipliedBy(2));
            double capacity = Arrays.stream(rates).sum() * share;
            figures.put("per_second", capacity);
            store.add(new Row(session.id(), scenario.id(), ALL_THEY_CAN, NODES, repeat, figures));
            results.progress(
                    "%s: the nodes finish %.1f/s (without neighbours %s); a lone request takes %.1f ms",
                    scenario.id(), capacity, Arrays.toString(rates), lone);
            return capacity;
        }

        /** A node that burns makes no batches: 64 inside it would only wait past the time limit. */
        private int inside() {
            return scenario.nodes() == Scenario.Nodes.MODELS ? Fleet.SATURATED : FULL_BATCH;
        }

        /** What each node finishes a second with so many requests inside it. */
        private double[] closedLoop(int inside, Duration measured) throws InterruptedException {
            try (Client client = new Client(timeLimit)) {
                return ClosedLoop.run(
                        client, fleet.targets(), texts(scenario, 4), inside, Duration.ofSeconds(5), measured);
            }
        }

        /** Median ms of one request after another to the last node, which is granted the most. */
        private double lone() throws InterruptedException {
            Texts texts = texts(scenario, 5);
            double[] millis = new double[LONE_REQUESTS];
            for (int i = 0; i < millis.length; i++) {
                millis[i] = bench.services()
                                .timeOf(fleet.nodes().getLast().uri(), texts.body(i), timeLimit)
                                .toNanos()
                        / 1e6;
            }
            Arrays.sort(millis);
            return millis[millis.length / 2];
        }

        /**
         * What was compiled at nodes that answer at once is compiled again where answers are real ones, late, and from nodes
         * that have neighbours or are not alike.
         */
        private void compileAgain(Subject subject) throws Exception {
            long seed = 6;
            Duration leadIn = options.seconds("scenario-warm-up").minus(LAST_WARM);
            double rate =
                    alone(subject, seed, client -> fullLoad(client, subject, texts(scenario, seed), leadIn, LAST_WARM));
            results.progress("%s: %s is warm: %.0f/s", scenario.id(), subject.name(), rate);
        }

        private Row run(Subject subject, double load, int repeat, double rate, long seed) throws Exception {
            try {
                Map<String, Double> figures = alone(
                        subject,
                        seed,
                        client -> scenario == Scenario.THROUGHPUT
                                ? closedLoop(client, subject, seed)
                                : openLoop(client, subject, rate, seed));
                return new Row(session.id(), scenario.id(), load, subject.name(), repeat, figures);
            } finally {
                if (scenario.fault() == Scenario.Fault.KILL) {
                    heal();
                }
            }
        }

        /** What is measured while one subject is awake, between idle nodes and its falling asleep again. */
        private <T> T alone(Subject subject, long seed, Use<T> use) throws Exception {
            if (!fleet.awaitIdle()) {
                results.progress("a node is still busy with the run before");
            }
            subject.process().resume();
            try (Client client = new Client(timeLimit)) {
                Thread.sleep(subject.isGateway() ? SETTLE : PROXY_SETTLE);
                bench.services().await(subject.process(), subject.uri(), fleet.probe(), SETTLE.multipliedBy(10));
                // not before: who takes longer to settle would meet a later part of their schedule
                try (AutoCloseable _ = scenario.hasNeighbours() ? neighbours.during(seed) : () -> {}) {
                    return use.of(client);
                }
            } finally {
                subject.process().pause();
            }
        }

        private Map<String, Double> closedLoop(Client client, Subject subject, long seed) throws InterruptedException {
            int count = inside() * fleet.nodes().size();
            try (Clients clients = Clients.start(client, subject.target(), texts(scenario, seed), count)) {
                Thread.sleep(options.seconds("lead-in"));
                clients.startCounting();
                Thread.sleep(options.seconds("measure"));
                Clients.Counted counted = clients.counted();
                // who refuses some has fewer inside, and is told from who finishes fewer
                return Map.of("per_second", counted.perSecond(), Row.FAILED, (double) counted.failed());
            }
        }

        /** The measured arrivals follow those of the lead-in without a pause. */
        private Map<String, Double> openLoop(Client client, Subject subject, double rate, long seed)
                throws InterruptedException {
            Trace leadIn = Trace.poisson(new SplittableRandom(seed + 1), rate, options.seconds("lead-in"));
            Trace trace = Trace.poisson(new SplittableRandom(seed), rate, measured());
            Texts texts = texts(scenario, seed);
            OpenLoop leading = OpenLoop.send(client, subject.target(), leadIn, texts(scenario, seed + 1));
            Usage usage = new Usage(parts(subject));
            Thread fault = Thread.ofPlatform().name("fault").start(this::strike);
            OpenLoop measured = OpenLoop.send(client, subject.target(), trace, texts);
            Usage.Cores cores = usage.soFar();
            fault.join();
            Measurement measurement = measured.await();
            leading.await();
            return Row.figures(rate, measurement, texts, timeLimit.toNanos(), cores);
        }

        /** A node that stood still is seen to be back: a stall makes the stretch as much longer. */
        private Duration measured() {
            Duration usual = options.seconds("measure");
            return scenario.fault() == Scenario.Fault.STALL ? usual.plus(Scenario.STALLED) : usual;
        }

        /** When a quarter of the usual stretch is over. */
        private void strike() {
            Child victim = fleet.nodes().getFirst().process();
            Duration before = options.seconds("measure").dividedBy(4);
            switch (scenario.fault()) {
                case NONE -> {}
                case KILL -> {
                    LockSupport.parkNanos(before.toNanos());
                    victim.kill();
                }
                case STALL -> {
                    LockSupport.parkNanos(before.toNanos());
                    victim.pause();
                    LockSupport.parkNanos(Scenario.STALLED.toNanos());
                    victim.resume();
                }
            }
        }

        /** The killed node again, as warm as the others. */
        private void heal() throws InterruptedException {
            Fleet.Node next = fleet.replace(fleet.nodes().getFirst());
            try (Client client = new Client(timeLimit)) {
                warm(client, List.of(next.target()), NODE_WARM_UP);
            }
            groups.getFirst().add(next.process().pid());
        }

        private Map<String, Supplier<Duration>> parts(Subject subject) {
            Map<String, Supplier<Duration>> parts = new LinkedHashMap<>();
            parts.put("generator", CpuUse::ofMyself);
            parts.put("registry", fleet.registry()::cpu);
            parts.put("subject", subject.process()::cpu);
            parts.put("neighbours", neighbours::cpu);
            parts.put(
                    "nodes",
                    () -> fleet.nodes().stream()
                            .map(node -> node.process().cpu())
                            .reduce(Duration.ZERO, Duration::plus));
            return parts;
        }
    }
}
