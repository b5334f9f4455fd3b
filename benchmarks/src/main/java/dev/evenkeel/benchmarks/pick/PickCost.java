package dev.evenkeel.benchmarks.pick;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The command {@code pick-cost}. */
public final class PickCost {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private record Cost(String policy, int nodes, double nanos, double bytes) {

        static Cost of(RunResult result) {
            Result<?> allocated =
                    Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED), ALLOCATED);
            return new Cost(
                    result.getParams().getParam("policy"),
                    Integer.parseInt(result.getParams().getParam("nodes")),
                    result.getPrimaryResult().getScore(),
                    allocated.getScore());
        }

        String line() {
            return String.format(Locale.ROOT, "%s,%d,%.0f,%.0f", policy, nodes, nanos, bytes);
        }
    }

    private PickCost() {}

    public static void run(String[] args) throws IOException {
        Options options = new Options()
                .with("policies", String.join(",", Policies.names()), "which, by comma")
                .with("nodes", "10,100,1000", "sizes of the fleet, by comma")
                .with("forks", "3", "JVMs for each")
                .with("warmups", "5", "iterations of a second before those that count")
                .with("iterations", "5", "iterations of a second that count, in each JVM")
                .with("out", "docs/simulation/pick.csv", "file to write")
                .parse(args);
        List<Cost> costs = measure(options);
        Path out = Path.of(options.text("out"));
        Files.createDirectories(out.toAbsolutePath().getParent());
        List<String> lines = new ArrayList<>(List.of("policy,nodes,ns,bytes"));
        costs.forEach(cost -> lines.add(cost.line()));
        Files.write(out, lines);
        Table table = new Table("policy", "nodes", "ns", "bytes");
        costs.forEach(cost -> table.row((Object[]) cost.line().split(",", -1)));
        System.out.println(table.markdown());
    }

    private static List<Cost> measure(Options options) {
        try {
            return new Runner(new OptionsBuilder()
                            .include(PickBenchmark.class.getName())
                            .param("policy", options.list("policies").toArray(new String[0]))
                            .param("nodes", options.list("nodes").toArray(new String[0]))
                            .forks(options.integer("forks"))
                            .warmupIterations(options.integer("warmups"))
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(options.integer("iterations"))
                            .measurementTime(TimeValue.seconds(1))
                            .jvmArgs("-Xmx512m", "-XX:+UseSerialGC")
                            .addProfiler(GCProfiler.class)
                            .shouldFailOnError(true)
                            .build())
                    .run().stream()
                            .map(Cost::of)
                            .sorted(Comparator.comparing(Cost::policy).thenComparingInt(Cost::nodes))
                            .toList();
        } catch (RunnerException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
