package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.run.Options;

/** What a node does when things go wrong around it, in sections that need nothing of each other. */
public final class NodeFaults {

    private NodeFaults() {}

    public static void run(String[] args) throws Exception {
        Options options = Bench.commonOptions()
                .with("sections", "hang,drain,memory,weights", "which, in this order")
                .with(
                        "blocking-encoder",
                        "benchmarks/.cache/encoder/blocking-encoder",
                        "the model that hangs on demand")
                .with("node-cpus", "1", "the CPUs that the node runs on; hang and weights take both")
                .with("all-cpus", "0-1", "the CPUs of a node with two workers, and of one whose start is timed")
                .with("node-args", "--evenkeel.workers=1", "further arguments of the node")
                .with(
                        "node-jvm",
                        "-Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "flags of the nodes, as bin/evenkeel has them")
                .with(
                        "hang-args",
                        "--evenkeel.workers=2 --evenkeel.models[0].max-batch=1 --evenkeel.watchdog.restart-after=5s",
                        "arguments of the node that hangs; alone in its batch, the poison hits nobody else")
                .with(
                        "hang-limit",
                        "0.5",
                        "seconds after which the watchdog calls it a hang: evenkeel.watchdog.minimum")
                .with("hang-restart", "5", "seconds after which the node is to be restarted")
                .with("memory-args", "--evenkeel.memory.refuse-at=0.92", "arguments of the node that runs short")
                .with("memory-mark", "0.92", "share of the limit at which it is to refuse")
                .with("memory-headroom", "256", "MB between what the warm node uses and its limit")
                .parse(args);
        Bench.run("node-faults", options, bench -> {
            for (String section : options.list("sections")) {
                try {
                    section(section).run(bench);
                } catch (Options.Wrong wrong) {
                    throw wrong;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception failed) {
                    bench.bars().row(section, "runs to its end", false, "%s", failed.toString());
                }
            }
        });
    }

    private static Bench.Run section(String name) {
        return switch (name) {
            case "hang" -> Hang::run;
            case "drain" -> Drain::run;
            case "memory" -> Memory::run;
            case "weights" -> WeightsFaults::run;
            default ->
                throw new Options.Wrong("--sections has '" + name + "'; they may be hang, drain, memory and weights");
        };
    }
}
