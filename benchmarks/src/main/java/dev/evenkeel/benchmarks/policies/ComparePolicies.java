package dev.evenkeel.benchmarks.policies;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.fleet.NodeProgram;
import dev.evenkeel.benchmarks.fleet.Sentences;
import dev.evenkeel.benchmarks.host.Cleanup;
import dev.evenkeel.benchmarks.host.CpuGroup;
import dev.evenkeel.benchmarks.host.CpuUse;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Measurement;
import dev.evenkeel.benchmarks.load.Measurement.Latency;
import dev.evenkeel.benchmarks.load.OpenLoop;
import dev.evenkeel.benchmarks.load.Trace;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Results;
import dev.evenkeel.benchmarks.run.Services;
import dev.evenkeel.benchmarks.run.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Policies against each other on a fleet with one weak node: open loop, at a share of what the nodes were measured to
 * finish together.
 */
public final class ComparePolicies {

    private static final String MODEL = "measuring-encoder";

    /** Requests that a capacity measurement keeps inside each node: a full batch of 8. */
    private static final int CAPACITY_CONCURRENCY = 8;

    /** A gateway needs this long to hear of every node. */
    private static final Duration ALL_KNOWN = Duration.ofSeconds(5);

    private static final int CAPACITY_SEED = 11;
    private static final int WARM_UP_SEED = 13;

    private record Run(
            String load,
            String policy,
            int repeat,
            Measurement measurement,
            Latency latency,
            Latency withFailures,
            Usage.Cores cores,
            double throttled) {}

    private final Options options;
    private final Results results;
    private final Duration timeLimit;
    private final List<Run> runs = new ArrayList<>();
    /** Tells the texts of all runs apart. */
    private int runNumber;

    private final Table csv = new Table(
            "load",
            "repeat",
            "policy",
            "requests",
            "errors",
            "errors_by_status",
            "mean_ms",
            "p50_ms",
            "p90_ms",
            "p99_ms",
            "p999_ms",
            "max_ms",
            "p50_failures_at_limit_ms",
            "p99_failures_at_limit_ms",
            "shares",
            "generator_cores",
            "gateway_cores",
            "registry_cores",
            "nodes_cores",
            "throttled_periods_share",
            "others_cores",
            "stolen_cores",
            "late_p99_ms");

    private ComparePolicies(Options options, Results results) {
        this.options = options;
        this.results = results;
        timeLimit = options.seconds("time-limit");
    }

    public static void run(String[] args) throws Exception {
        Options options = new Options()
                .with("root", ".", "the source tree, built")
                .with("out", "benchmarks/results", "where the run's folder goes")
                .with("encoder", "benchmarks/.cache/encoder/measuring-encoder-int8", "the model's folder")
                .with("weights", "benchmarks/.cache/weights", "where nodes keep native libraries")
                .with("policies", "least-work,round-robin", "the first is held against each of the others")
                .with("repeats", "5", "runs of each policy")
                .with("loads", "0.6", "arrivals, as shares of what the nodes finish together; a table for each")
                .with("capacity", "0", "requests a second that the nodes finish together; 0 measures it")
                .with("warm-up", "30", "seconds of load before each measured stretch")
                .with("measure", "60", "seconds of a measured stretch")
                .with("node-warm-up", "30", "seconds of full load through each gateway before the nodes are limited")
                .with("node-cpu", "0.4,0.4,0.1", "CPUs that each node is granted")
                .with("node-cpus", "1", "the CPUs that nodes run on, as taskset takes them")
                .with("gateway-cpus", "0", "the CPUs of gateway and registry")
                .with("words", "15-45", "length of a text, even between both")
                .with("seed", "1", "of arrivals and texts")
                .with("time-limit", "30", "seconds after which a request without an answer has failed")
                .with("node-args", NodeProgram.SMALL_NODE_ARGS, "further arguments of the nodes")
                .with("node-jvm", NodeProgram.SMALL_NODE_JVM, "flags of the nodes, as they are for less than a CPU")
                .with("gateway-args", "", "further arguments of the gateway")
                .with("gateway-jvm", Fleet.GATEWAY_JVM, "flags of the gateway, as bin/evenkeel has them")
                .parse(args);
        Results results = new Results(Path.of(options.text("out")), "compare-policies");
        try (Cleanup cleanup = new Cleanup();
                Services services = new Services(Path.of(options.text("root")), results.logs(), cleanup)) {
            new ComparePolicies(options, results).run(services, cleanup);
        }
    }

    private void run(Services services, Cleanup cleanup) throws Exception {
        results.report("# compare-policies");
        results.report("");
        results.report("`%s`", options.commandLine());
        results.report("");
        results.report("%s", Results.machine());
        results.report("");
        Fleet fleet = new Fleet(
                options,
                services,
                cleanup,
                MODEL,
                NodeProgram.models(options, services, MODEL),
                options.numbers("node-cpu"));
        results.progress("%d nodes answer", fleet.nodes().size());
        List<String> policies = options.list("policies");
        List<Fleet.Gateway> gateways = new ArrayList<>();
        List<CpuGroup> groups;
        double capacity;
        try (Client client = new Client(timeLimit)) {
            for (String policy : policies) {
                gateways.add(warm(fleet, client, policy));
            }
            groups = fleet.limit();
            capacity = options.number("capacity") > 0 ? options.number("capacity") : capacity(fleet, client);
        }
        for (String load : options.list("loads")) {
            double rate = Double.parseDouble(load) * capacity;
            results.report(
                    "## Load %s: Poisson arrivals, %.1f/s, of texts of %s words", load, rate, options.text("words"));
            results.report("");
            SplittableRandom seeds = new SplittableRandom(options.integer("seed"));
            for (int repeat = 1; repeat <= options.integer("repeats"); repeat++) {
                List<Fleet.Gateway> order = new ArrayList<>(gateways);
                Collections.rotate(order, repeat - 1);
                long seed = seeds.nextLong();
                for (Fleet.Gateway gateway : order) {
                    record(run(fleet, groups, gateway, load, repeat, rate, seed));
                }
            }
            report(load, policies, fleet);
        }
        results.progress("written to %s", results.file("report.md"));
    }

    /** Starts a policy's gateway, compiles its code and the nodes' by full load, and pauses it. */
    private Fleet.Gateway warm(Fleet fleet, Client client, String policy) throws InterruptedException {
        Fleet.Gateway gateway = fleet.startGateway(policy);
        double[] rate = ClosedLoop.run(
                client,
                List.of(gateway.target()),
                sentences(CAPACITY_SEED),
                CAPACITY_CONCURRENCY * fleet.nodes().size(),
                options.seconds("node-warm-up").minusSeconds(5),
                Duration.ofSeconds(5));
        results.progress("%s is warm: %.0f/s through it, the nodes not limited yet", policy, rate[0]);
        // what was under way is answered before the gateway stops
        Thread.sleep(ALL_KNOWN);
        gateway.process().pause();
        return gateway;
    }

    /** Requests a second that the limited nodes finish together, each under load all the time. */
    private double capacity(Fleet fleet, Client client) throws InterruptedException {
        Usage usage = new Usage(parts(fleet, null));
        double[] rates = ClosedLoop.run(
                client,
                fleet.targets(),
                sentences(CAPACITY_SEED + 1),
                CAPACITY_CONCURRENCY,
                Duration.ofSeconds(10),
                options.seconds("measure"));
        double sum = Arrays.stream(rates).sum();
        Usage.Cores cores = usage.soFar();
        results.report(
                "Capacity, closed loop of %d on each node at once, without a gateway: %.1f/s (%s) on %.2f cores.",
                CAPACITY_CONCURRENCY,
                sum,
                Arrays.stream(rates)
                        .mapToObj(rate -> String.format(Locale.ROOT, "%.1f", rate))
                        .collect(Collectors.joining(" + ")),
                cores.of("nodes"));
        results.report("");
        return sum;
    }

    private Run run(
            Fleet fleet, List<CpuGroup> groups, Fleet.Gateway gateway, String load, int repeat, double rate, long seed)
            throws Exception {
        if (!fleet.awaitIdle()) {
            results.report(
                    "Repeat %d of %s began while a node was still busy with the run before.", repeat, gateway.policy());
        }
        gateway.process().resume();
        try (Client client = new Client(timeLimit)) {
            Thread.sleep(ALL_KNOWN);
            fleet.awaitAnswer(gateway);
            // The measured arrivals follow on the warm-up's without a pause: a queue that grows keeps growing.
            Trace warmUp = Trace.poisson(new SplittableRandom(WARM_UP_SEED), rate, options.seconds("warm-up"));
            Trace trace = Trace.poisson(new SplittableRandom(seed), rate, options.seconds("measure"));
            OpenLoop warming = OpenLoop.send(client, gateway.target(), warmUp, sentences(WARM_UP_SEED));
            CpuGroup.Throttling before = throttling(groups);
            Usage usage = new Usage(parts(fleet, gateway));
            OpenLoop measured = OpenLoop.send(client, gateway.target(), trace, sentences(seed));
            Usage.Cores cores = usage.soFar();
            CpuGroup.Throttling after = throttling(groups);
            Measurement measurement = measured.await();
            warming.await();
            double periods = Math.max(1, after.periods() - before.periods());
            return new Run(
                    load,
                    gateway.policy(),
                    repeat,
                    measurement,
                    measurement.successes(),
                    measurement.withFailuresAt(timeLimit.toNanos()),
                    cores,
                    (after.throttled() - before.throttled()) / periods);
        } finally {
            gateway.process().pause();
        }
    }

    private Sentences sentences(long seed) {
        String[] words = options.text("words").split("-", -1);
        return new Sentences(
                MODEL, seed, runNumber++, Integer.parseInt(words[0]), Integer.parseInt(words[words.length - 1]));
    }

    private static Map<String, Supplier<Duration>> parts(
            Fleet fleet, Fleet.@org.jspecify.annotations.Nullable Gateway gateway) {
        Map<String, Supplier<Duration>> parts = new LinkedHashMap<>();
        parts.put("generator", CpuUse::ofMyself);
        parts.put("registry", fleet.registry()::cpu);
        parts.put(
                "nodes",
                () -> fleet.nodes().stream().map(node -> node.process().cpu()).reduce(Duration.ZERO, Duration::plus));
        if (gateway != null) {
            parts.put("gateway", gateway.process()::cpu);
        }
        return parts;
    }

    private static CpuGroup.Throttling throttling(List<CpuGroup> groups) {
        List<CpuGroup.Throttling> all =
                groups.stream().map(CpuGroup::throttling).toList();
        return new CpuGroup.Throttling(
                all.stream().mapToLong(CpuGroup.Throttling::periods).sum(),
                all.stream().mapToLong(CpuGroup.Throttling::throttled).sum());
    }

    private void record(Run run) throws Exception {
        runs.add(run);
        Measurement measurement = run.measurement();
        csv.row(
                        run.load(),
                        run.repeat(),
                        run.policy(),
                        measurement.requests(),
                        measurement.errors(),
                        measurement.errorsByStatus().toString().replace(", ", ";"),
                        three(run.latency().mean()),
                        three(run.latency().p50()),
                        three(run.latency().p90()),
                        three(run.latency().p99()),
                        three(run.latency().p999()),
                        three(run.latency().max()),
                        three(run.withFailures().p50()),
                        three(run.withFailures().p99()),
                        measurement.shares().entrySet().stream()
                                .map(share -> share.getKey() + "=" + three(share.getValue()))
                                .collect(Collectors.joining(";")),
                        three(run.cores().of("generator")),
                        three(run.cores().of("gateway")),
                        three(run.cores().of("registry")),
                        three(run.cores().of("nodes")),
                        three(run.throttled()),
                        three(run.cores().others()),
                        three(run.cores().stolen()),
                        three(measurement.lateness().p99()))
                .appendLastTo(results.file("runs.csv"));
        measurement.write(results.file("requests-%s-%d-%s.csv.gz".formatted(run.load(), run.repeat(), run.policy())));
        results.progress(
                "load %s repeat %d %-15s p50 %.0f p99 %.0f p99.9 %.0f ms, %d of %d failed %s, shares %s; gateway %.2f,"
                        + " generator %.2f, nodes %.2f, others %.2f cores",
                run.load(),
                run.repeat(),
                run.policy(),
                run.latency().p50(),
                run.latency().p99(),
                run.latency().p999(),
                measurement.errors(),
                measurement.requests(),
                measurement.errorsByStatus(),
                measurement.shares().entrySet().stream()
                        .map(share -> String.format(Locale.ROOT, "%s %.2f", share.getKey(), share.getValue()))
                        .collect(Collectors.joining(", ")),
                run.cores().of("gateway"),
                run.cores().of("generator"),
                run.cores().of("nodes"),
                run.cores().others());
    }

    private void report(String load, List<String> policies, Fleet fleet) {
        List<Run> here = runs.stream().filter(run -> run.load().equals(load)).toList();
        Map<String, List<Run>> byPolicy = new LinkedHashMap<>();
        policies.forEach(policy -> byPolicy.put(
                policy, here.stream().filter(run -> run.policy().equals(policy)).toList()));
        Table table = new Table(
                "median (range) of " + options.integer("repeats"),
                "p50, ms",
                "mean, ms",
                "p99, ms",
                "p99.9, ms",
                "p99 with failures at the limit, ms",
                "failed, %",
                "share of " + fleet.nodes().stream().map(Fleet.Node::name).collect(Collectors.joining(" / ")) + ", %");
        byPolicy.forEach((policy, of) -> table.row(
                policy,
                Spread.of(of, run -> run.latency().p50()).text(1),
                Spread.of(of, run -> run.latency().mean()).text(1),
                Spread.of(of, run -> run.latency().p99()).text(1),
                Spread.of(of, run -> run.latency().p999()).text(1),
                Spread.of(of, run -> run.withFailures().p99()).text(1),
                Spread.of(of, ComparePolicies::failedPercent).text(2),
                shares(fleet, of)));
        results.report(table.markdown());
        results.report(
                "%s", Usage.warning(Spread.of(here, run -> run.cores().noise()).most()));
        List<Run> ours = byPolicy.getOrDefault(policies.getFirst(), List.of());
        byPolicy.forEach((policy, of) -> {
            if (!policy.equals(policies.getFirst())) {
                results.report(
                        "%s / %s, repeat by repeat: p50 %s, p99 %s, p99.9 %s.",
                        policies.getFirst(),
                        policy,
                        ratio(ours, of, run -> run.latency().p50()),
                        ratio(ours, of, run -> run.latency().p99()),
                        ratio(ours, of, run -> run.latency().p999()));
                results.report("");
            }
        });
        results.report(
                "Who used the CPU, cores: gateway %s and generator %s and registry %s on CPU %s; nodes %s on CPU %s,"
                        + " throttled in %s %% of periods; everything else on the machine %s. Requests left late by %s ms at"
                        + " p99.",
                cores(here, "gateway"),
                cores(here, "generator"),
                cores(here, "registry"),
                options.text("gateway-cpus"),
                cores(here, "nodes"),
                options.text("node-cpus"),
                Spread.of(here, run -> 100 * run.throttled()).text(0),
                Spread.of(here, run -> run.cores().noise()).text(2),
                Spread.of(here, run -> run.measurement().lateness().p99()).text(2));
        results.report("");
    }

    private static String cores(List<Run> of, String part) {
        return Spread.of(of, run -> run.cores().of(part)).text(2);
    }

    private static String shares(Fleet fleet, List<Run> of) {
        return fleet.nodes().stream()
                .map(node -> Spread.of(of, run -> 100 * node.shareOf(run.measurement()))
                        .text(0))
                .collect(Collectors.joining(" / "));
    }

    private static double failedPercent(Run run) {
        return 100.0 * run.measurement().errors() / run.measurement().requests();
    }

    /** Runs of the same repeat had the same arrivals and texts. */
    private static String ratio(List<Run> ours, List<Run> theirs, ToDoubleFunction<Run> figure) {
        double[] ratios = new double[Math.min(ours.size(), theirs.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i));
        }
        return Spread.of(ratios).text(3);
    }

    private static String three(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
