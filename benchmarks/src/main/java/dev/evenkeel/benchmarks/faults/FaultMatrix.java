package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.fleet.NodeProgram;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings about every fault in front of clients that look at each answer, some times each, and writes what they saw. */
public final class FaultMatrix {

    /** At a run that cannot be brought about. */
    private static final int ATTEMPTS = 2;

    private FaultMatrix() {}

    /** Runs the faults that are asked for. */
    public static void run(String[] args) throws Exception {
        String known = Faults.all().stream().map(Fault::id).collect(Collectors.joining(","));
        Options options = Bench.treeOptions()
                .with("docs", "docs", "gets faults.md and faults.csv")
                .with("faults", known, "which, in this order; nothing: the document is made of the rows that there are")
                .with("repeats", "5", "runs of each")
                .with("gateways", "1", "how many there are; requests go to them in turn. gateway-killed has two")
                .with("registries", "1", "how many there are; one-registry has two")
                .with("policy", "least-work", "of the gateways")
                .with("words", "6-14", "length of a text, even between both")
                .with("warm-up", "120", "seconds of full load on each gateway before the nodes are limited")
                .with("capacity", "6", "seconds before each run in which the limited nodes are measured")
                .with(
                        "blocking-encoder",
                        "benchmarks/.cache/encoder/blocking-encoder",
                        "the nodes' second model, which hangs on demand")
                .with("node-cpu", "0.22,0.22,0.22,0.22", "CPUs of each node, once it is warm")
                .with("node-cpus", "1", "the CPUs that nodes run on, as taskset takes them")
                .with("gateway-cpus", "0", "the CPUs of gateways and registry")
                .with("node-args", NodeProgram.SMALL_NODE_ARGS, "further arguments of the nodes")
                .with("node-jvm", NodeProgram.SMALL_NODE_JVM, "flags of the nodes, as they are for less than a CPU")
                .with("gateway-args", "", "further arguments of the gateways")
                .with("gateway-jvm", Fleet.GATEWAY_JVM, "flags of the gateways, as bin/evenkeel has them")
                .parse(args);
        List<Fault> faults =
                options.list("faults").stream().map(FaultMatrix::fault).toList();
        Document document = new Document(Path.of(options.text("docs")));
        if (!faults.isEmpty()) {
            // its second model is an argument like others
            String nodeArgs = options.text("node-args")
                    + " --evenkeel.models[1].name=blocking-encoder --evenkeel.models[1].task=embedding"
                    + " --evenkeel.models[1].url=" + Bench.url(Path.of(options.text("blocking-encoder")));
            String commandLine = options.commandLine("root", "out", "docs");
            options.set("node-args", nodeArgs);
            Bench.run("faults", options, bench -> run(bench, faults, document, commandLine));
        }
        document.write();
    }

    private static Fault fault(String id) {
        return Faults.all().stream()
                .filter(fault -> fault.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new Options.Wrong("'" + id + "' is no fault; it may be "
                        + Faults.all().stream().map(Fault::id).collect(Collectors.joining(", "))));
    }

    private static void run(Bench bench, List<Fault> faults, Document document, String commandLine) throws Exception {
        Options options = bench.options();
        document.machine(Results.machine(), commandLine);
        Rig rig = new Rig(bench);
        SplittableRandom seeds = new SplittableRandom(options.integer("seed"));
        int gateways = options.integer("gateways");
        for (Fault fault : faults) {
            if (!fault.need().isThere().test(options)) {
                bench.results().progress("%s takes %s", fault.id(), fault.need().option());
                continue;
            }
            document.forget(fault.id(), gateways);
            for (int run = 1; run <= options.integer("repeats"); run++) {
                Outcome outcome = null;
                for (int attempt = 1; outcome == null && attempt <= ATTEMPTS; attempt++) {
                    outcome = bringAbout(fault, run, rig, seeds.nextLong());
                }
                if (outcome != null) {
                    document.add(outcome);
                    bench.results()
                            .progress(
                                    "%s run %d: %s %s: %s",
                                    fault.id(),
                                    run,
                                    outcome.figures(),
                                    outcome.notes(),
                                    fault.isMet(List.of(outcome)) ? "met" : "not met");
                }
            }
        }
    }

    /** Nothing when that failed for a reason of its own, which says nothing of the gateways: they are there. */
    private static @Nullable Outcome bringAbout(Fault fault, int run, Rig rig, long seed) throws Exception {
        rig.restore();
        try (Stage stage = new Stage(rig, fault.load(), seed)) {
            Exception failure = null;
            try {
                fault.act().happen(stage);
            } catch (IOException | ExecutionException | RuntimeException e) {
                failure = e;
            }
            Outcome outcome = stage.outcome(fault.id(), run);
            if (failure == null || outcome.get(Outcome.GATEWAYS_LOST) > 0) {
                return outcome;
            }
            rig.bench().results().progress("%s run %d could not be run: %s", fault.id(), run, failure);
            return null;
        }
    }
}
