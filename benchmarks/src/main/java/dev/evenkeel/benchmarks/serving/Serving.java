package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Usage;
import java.util.List;

/**
 * One model node, what a Spring developer would write instead, and the model in a bare loop: what batching gains, and
 * what serving costs.
 */
public final class Serving {

    private static final List<String> PARTS = List.of("peer", "loop");
    private static final List<String> PEERS = List.of("plain", "node");

    private Serving() {}

    public static void run(String[] args) throws Exception {
        Options options = Bench.treeOptions()
                .with("parts", "peer,loop", "what to measure the node against")
                .with("fixed", "32", "tokens of the texts of even length, a row each; '' for none")
                .with("mixed", "yes", "whether texts of mixed lengths have rows: yes or no")
                .with("clients", "1,4,16,64", "how many requests are kept inside, a row each")
                .with("repeats", "5", "of each pair of stretches; the other server goes first each time")
                .with("stretch", "10", "seconds that count")
                .with("warm-up", "2", "seconds of the same load before each stretch")
                .with("full-load", "15", "seconds of 64 clients on each server at the start")
                .with("loop-warm-up", "8", "seconds before each stretch of the bare loop, whose JVM is new")
                .with("server-cpus", "1", "the CPU of both servers and the loop, as taskset takes it")
                .with("node-args", "--evenkeel.workers=1", "further arguments of the node")
                .with("peer", "plain", "plain: the plain server; node: a node with batches of one, to try a run out")
                .with("peer-jar", "", "the plain server's jar; '' for the one of the source tree")
                .with(
                        "server-jvm",
                        "-Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "flags of all three JVMs")
                .parse(args);
        check(options);
        Bench.run("serving", options, Serving::run);
    }

    private static void check(Options options) {
        List<String> parts = options.list("parts");
        if (parts.isEmpty() || !PARTS.containsAll(parts)) {
            throw new Options.Wrong("--parts is '" + options.text("parts") + "'; it may be peer, loop or both");
        }
        if (!PEERS.contains(options.text("peer"))) {
            throw new Options.Wrong("--peer is '" + options.text("peer") + "'; it may be plain or node");
        }
        if (options.integer("repeats") < 1) {
            throw new Options.Wrong("--repeats is " + options.text("repeats") + "; it must be 1 or more");
        }
        boolean noLengths =
                options.list("fixed").isEmpty() && !options.text("mixed").equals("yes");
        if (parts.contains("peer") && (noLengths || options.list("clients").isEmpty())) {
            throw new Options.Wrong("--clients must name a number, and --fixed one or --mixed be yes");
        }
    }

    private static void run(Bench bench) throws Exception {
        Servers servers = Servers.start(bench);
        List<String> parts = bench.options().list("parts");
        if (parts.contains("peer")) {
            PeerPart.run(bench, servers);
        }
        if (parts.contains("loop")) {
            LoopPart.run(bench, servers);
        }
        bench.results().report("%n%s", Usage.warning(servers.mostNoise()));
    }
}
