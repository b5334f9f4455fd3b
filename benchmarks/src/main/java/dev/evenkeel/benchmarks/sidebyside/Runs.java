package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.Clients;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.OpenLoop;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Session;
import dev.evenkeel.benchmarks.run.Turns;
import dev.evenkeel.benchmarks.run.Usage;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What is run of one scenario: a screening of everybody, and the repeats of those that are worth it. */
final class Runs {

    private static final int LONE_REQUESTS = 60;

    /** Longest pause before each of them; some periods of a quota. */
    private static final Duration LONE_PAUSE = Duration.ofMillis(100);

    private static final Duration CAPACITY_WARM_UP = Duration.ofSeconds(5);

    /** A proxy's checks are made again within this. */
    private static final Duration PROXY_SETTLE = Duration.ofSeconds(1);

    /** Of one that has the CPU to itself. */
    private static final Duration NODE_WARM_UP = Duration.ofSeconds(20);

    private final Ground ground;
    private final Options options;
    private final Fleet fleet;
    private final Store store;
    private final Session session;
    private final Scenario scenario;
    private final List<CpuGroup> groups;
    private final Neighbours neighbours;
    private final Entrants entrants;
    private final SplittableRandom seeds;

    /** Gateways that have met this scenario. */
    private final Set<Subject> warm = new HashSet<>();

    private List<String> subjects;

    Runs(
            Ground ground,
            Store store,
            Session session,
            Scenario scenario,
            List<CpuGroup> groups,
            Neighbours neighbours,
            Entrants entrants) {
        this.ground = ground;
        this.options = ground.options();
        this.fleet = ground.fleet();
        this.store = store;
        this.session = session;
        this.scenario = scenario;
        this.groups = groups;
        this.neighbours = neighbours;
        this.entrants = entrants;
        this.seeds = new SplittableRandom(options.integer("seed"));
        Set<String> asked = asked();
        this.subjects = entrants.names().stream()
                .filter(name -> asked.isEmpty() || asked.contains(name))
                .toList();
    }

    private interface Use<T> {

        T of(Client client) throws Exception;
    }

    /** How long what is measured, and at which loads. */
    private record Plan(Session session, List<Double> loads, Duration measured) {}

    /** What the nodes finish together without anything before them, and what a lone request takes on one. */
    private record Themselves(double perSecond, double loneMillis) {}

    /** Short runs of everybody; who is not worth long ones by them is left out of what follows. */
    void screen() throws Exception {
        int screenings = options.integer("screening-repeats");
        if (screenings > 0) {
            store.forgetScreening(scenario);
            List<Double> loads = loads();
            Plan plan = new Plan(
                    session.screening(), List.of(loads.get(loads.size() / 2)), options.seconds("screening-measure"));
            for (int repeat = 1; repeat <= screenings; repeat++) {
                entrants.renew(Turns.of(subjects, options.integer("seed"), repeat));
                repeat(plan, repeat);
            }
            Rows screened =
                    new Rows(store.rows()).of(scenario, session.screening().id());
            Set<String> kept = Screening.kept(screened, scenario);
            subjects = subjects.stream().filter(kept::contains).toList();
        }
    }

    /** A long run of each of {@link #subjects}, at each load; the first takes the place of earlier sessions' rows. */
    void repeat(int repeat) throws Exception {
        if (repeat == 1) {
            store.forget(scenario, subjects);
        }
        repeat(new Plan(session, loads(), options.seconds("measure")), repeat);
    }

    /** Who takes part. */
    List<String> subjects() {
        return subjects;
    }

    private void repeat(Plan plan, int repeat) throws Exception {
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).grant(scenario.cpus().get(i));
        }
        List<String> order = Turns.of(subjects, options.integer("seed"), repeat);
        compileAgain(order);
        Themselves nodes = nodesThemselves(plan, repeat);
        Set<String> pastTheirKnee = new HashSet<>();
        // one for all loads of a repeat: what tells loads apart is not that neighbours came at other times
        int seed = seeds.nextInt(1, Integer.MAX_VALUE);
        for (double load : plan.loads()) {
            double rate = Row.asWritten(load * nodes.perSecond());
            Stretch stretch = new Stretch(rate, seed, options.seconds("lead-in"), measured(rate, plan.measured()));
            for (String name : order) {
                if (pastTheirKnee.contains(name)) {
                    continue;
                }
                Map<String, Double> figures = run(entrants.use(name), stretch);
                Row row = new Row(plan.session().id(), scenario.id(), load, name, repeat, figures);
                store.add(row);
                tell(row);
                if (scenario.isAtRisingLoad() && row.get("p99") > Knee.limit(nodes.loneMillis())) {
                    pastTheirKnee.add(name);
                }
            }
        }
    }

    private void tell(Row row) {
        if (scenario == Scenario.THROUGHPUT) {
            progress(
                    "%s repeat %d %-26s %.1f/s, %.0f failed",
                    row.scenario(), row.repeat(), row.subject(), row.get("per_second"), row.get(Row.FAILED));
            return;
        }
        progress(
                "%s %.2f repeat %d %-26s p50 %.0f p99 %.0f ms, %.0f of %.0f failed; late p99 %.1f ms, others %.2f cores",
                row.scenario(),
                row.load(),
                row.repeat(),
                row.subject(),
                row.get("p50"),
                row.get("p99"),
                row.get(Row.FAILED),
                row.get("requests"),
                row.get("late_p99"),
                row.get("others_cores"));
    }

    private void progress(String format, Object... values) {
        ground.bench().results().progress(format, values);
    }

    /** Those that are asked for here; nobody: all. */
    private Set<String> asked() {
        return switch (scenario) {
            case STALL, KILL -> Set.copyOf(options.list("fault-subjects"));
            case KNEE_UNIFORM, KNEE_UNEVEN, KNEE_NEIGHBOURS -> Set.copyOf(options.list("knee-subjects"));
            case THROUGHPUT -> Set.copyOf(options.list("throughput-subjects"));
            case UNIFORM, UNEVEN, NEIGHBOURS, MIXED, MANY -> Set.copyOf(options.list("load-subjects"));
        };
    }

    private List<Double> loads() {
        return switch (scenario) {
            case STALL, KILL -> List.of(options.number("fault-load"));
            case KNEE_UNIFORM, KNEE_UNEVEN, KNEE_NEIGHBOURS -> options.numbers("knee-loads");
            case THROUGHPUT -> List.of(SideBySide.ALL_THEY_CAN);
            case UNIFORM, UNEVEN, NEIGHBOURS, MIXED, MANY -> List.of(options.number("load"));
        };
    }

    /**
     * A node that stood still is seen to be back: a stall makes the stretch as much longer. And a p99 is of many requests: at
     * a low load they take longer to come.
     */
    private Duration measured(double rate, Duration usual) {
        if (scenario.isAtRisingLoad()) {
            Duration enough = Duration.ofSeconds((long) Math.ceil(options.integer("knee-requests") / rate));
            return enough.compareTo(usual) > 0 ? enough : usual;
        }
        return scenario.fault() == Scenario.Fault.STALL ? usual.plus(Scenario.STALLED) : usual;
    }

    /**
     * What the limited nodes finish a second together, and what a lone request takes on one when all is quiet: before each
     * repeat, as a virtual machine's cores are not equally fast for an hour.
     */
    private Themselves nodesThemselves(Plan plan, int repeat) throws Exception {
        double lone = lone();
        Map<String, Double> figures = new HashMap<>(Map.of("p50", lone));
        if (inside() > Ground.FULL_BATCH) {
            figures.put(Row.FULL_BATCH, capacity(Ground.FULL_BATCH, plan.measured()));
        }
        double capacity = capacity(inside(), plan.measured());
        figures.put("per_second", capacity);
        store.add(new Row(
                plan.session().id(), scenario.id(), SideBySide.ALL_THEY_CAN, SideBySide.NODES, repeat, figures));
        progress("%s: the nodes finish %.1f/s; a lone request takes %.1f ms", scenario.id(), capacity, lone);
        return new Themselves(capacity, lone);
    }

    /** A node that burns makes no batches: 64 inside it would only wait past the time limit. */
    private int inside() {
        return scenario.nodes() == Scenario.Nodes.MODELS ? Fleet.SATURATED : Ground.FULL_BATCH;
    }

    /**
     * What the nodes finish a second together with so many requests inside each. Neighbours take their mean share of it,
     * which is known: those who came and went meanwhile would take another each time.
     */
    private double capacity(int inside, Duration measured) throws InterruptedException {
        fleet.awaitIdle();
        double share = scenario.hasNeighbours() ? Neighbours.MEAN_SHARE : 1;
        try (Client client = new Client(ground.timeLimit())) {
            return share
                    * Arrays.stream(ClosedLoop.run(
                                    client,
                                    fleet.targets(),
                                    ground.texts(scenario, 4),
                                    inside,
                                    CAPACITY_WARM_UP,
                                    measured))
                            .sum();
        }
    }

    /**
     * Median ms of lone requests to the last node, which is granted the most. They come at any time: one at once after another
     * would keep step with the period of the quota, and take 24 ms or 39 by when the first one came.
     */
    private double lone() throws InterruptedException {
        Texts texts = ground.texts(scenario, 5);
        SplittableRandom pauses = new SplittableRandom(options.integer("seed"));
        double[] millis = new double[LONE_REQUESTS];
        for (int i = 0; i < millis.length; i++) {
            Thread.sleep(Duration.ofNanos(pauses.nextLong(LONE_PAUSE.toNanos())));
            millis[i] = ground.bench()
                            .services()
                            .timeOf(fleet.nodes().getLast().uri(), texts.body(i), ground.timeLimit())
                            .toNanos()
                    / 1e6;
        }
        Arrays.sort(millis);
        return millis[millis.length / 2];
    }

    /**
     * What gateways compiled at nodes that answer at once is compiled again where answers are real ones, late, and from nodes
     * that have neighbours or are not alike.
     */
    private void compileAgain(List<String> names) throws Exception {
        long seed = 6;
        Duration time = options.seconds("scenario-warm-up");
        for (String name : names) {
            Subject subject = entrants.subject(name);
            if (subject.isGateway() && warm.add(subject)) {
                double rate = alone(
                        subject, seed, client -> ground.warm(client, subject, ground.texts(scenario, seed), time));
                progress("%s: %s is warm: %.0f/s", scenario.id(), name, rate);
            }
        }
    }

    private Map<String, Double> run(Subject subject, Stretch stretch) throws Exception {
        try {
            return alone(
                    subject,
                    stretch.seed(),
                    client -> scenario == Scenario.THROUGHPUT
                            ? closedLoop(client, subject, stretch)
                            : openLoop(client, subject, stretch));
        } finally {
            if (scenario.fault() == Scenario.Fault.KILL) {
                heal();
            }
        }
    }

    /** What is measured while one subject is awake, between idle nodes and its falling asleep again. */
    private <T> T alone(Subject subject, long seed, Use<T> use) throws Exception {
        if (!fleet.awaitIdle()) {
            progress("a node is still busy with the run before");
        }
        subject.process().resume();
        try (Client client = new Client(ground.timeLimit())) {
            Thread.sleep(subject.isGateway() ? Ground.SETTLE : PROXY_SETTLE);
            ground.bench()
                    .services()
                    .await(subject.process(), subject.uri(), fleet.probe(), Ground.SETTLE.multipliedBy(10));
            // not before: who takes longer to settle would meet a later part of their schedule
            try (AutoCloseable _ = scenario.hasNeighbours() ? neighbours.during(seed) : () -> {}) {
                return use.of(client);
            }
        } finally {
            subject.process().pause();
        }
    }

    private Map<String, Double> closedLoop(Client client, Subject subject, Stretch stretch)
            throws InterruptedException {
        int count = inside() * fleet.nodes().size();
        try (Clients clients = Clients.start(client, subject.target(), ground.texts(scenario, stretch.seed()), count)) {
            Thread.sleep(stretch.leadIn());
            clients.startCounting();
            Thread.sleep(stretch.measured());
            Clients.Counted counted = clients.counted();
            // who refuses some has fewer inside, and is told from who finishes fewer
            return Map.of("per_second", counted.perSecond(), Row.FAILED, (double) counted.failed());
        }
    }

    /** The measured arrivals follow those of the lead-in without a pause. */
    private Map<String, Double> openLoop(Client client, Subject subject, Stretch stretch) throws InterruptedException {
        Texts texts = ground.texts(scenario, stretch.seed());
        OpenLoop leading = OpenLoop.send(
                client, subject.target(), stretch.leadInTrace(), ground.texts(scenario, stretch.leadInSeed()));
        Usage usage = new Usage(parts(subject));
        Thread fault = Thread.ofPlatform().name("fault").start(() -> strike(stretch));
        OpenLoop measured = OpenLoop.send(client, subject.target(), stretch.measuredTrace(), texts);
        Usage.Cores cores = usage.soFar();
        fault.join();
        Measurement measurement = measured.await();
        leading.await();
        return Row.figures(stretch, measurement, texts, ground.timeLimit().toNanos(), cores);
    }

    /** When a quarter of the stretch is over, without the time that a node stands still. */
    private void strike(Stretch stretch) {
        Child victim = fleet.nodes().getFirst().process();
        switch (scenario.fault()) {
            case NONE -> {}
            case KILL -> {
                LockSupport.parkNanos(stretch.measured().dividedBy(4).toNanos());
                victim.kill();
            }
            case STALL -> {
                LockSupport.parkNanos(
                        stretch.measured().minus(Scenario.STALLED).dividedBy(4).toNanos());
                victim.pause();
                LockSupport.parkNanos(Scenario.STALLED.toNanos());
                victim.resume();
            }
        }
    }

    /** The killed node again, as warm as the others. */
    private void heal() throws InterruptedException {
        Fleet.Node next = fleet.replace(fleet.nodes().getFirst());
        try (Client client = new Client(ground.timeLimit())) {
            ground.warm(client, List.of(next.target()), NODE_WARM_UP);
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
                () -> fleet.nodes().stream().map(node -> node.process().cpu()).reduce(Duration.ZERO, Duration::plus));
        return parts;
    }
}
