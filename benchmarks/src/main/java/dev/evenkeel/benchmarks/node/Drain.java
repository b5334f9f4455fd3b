package dev.evenkeel.benchmarks.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** SIGTERM under load, without a gateway that could hide a loss. */
final class Drain {

    private static final int CLIENTS = 16;
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private Drain() {}

    static void run(Bench bench) throws InterruptedException {
        List<String> settings =
                new ArrayList<>(Bench.serving(Bench.url(Path.of(bench.options().text("encoder")))));
        settings.addAll(bench.options().words("node-args"));
        Node node = bench.start(
                "drain", bench.options().text("node-cpus"), bench.options().words("node-jvm"), settings);
        bench.awaitReady(node);
        try (Steady load = new Steady(node.port(), bench.sentences(31), CLIENTS)) {
            Thread.sleep(Duration.ofSeconds(5));
            int before = load.answered();
            long start = System.nanoTime();
            node.process().terminate();
            boolean ended = node.process().awaitEnd(ENDS_WITHIN);
            double seconds = (System.nanoTime() - start) / 1e9;
            load.finish();
            bench.bars()
                    .row(
                            "drain: requests lost at SIGTERM under load",
                            "0",
                            ended && before > 0 && load.failed() == 0,
                            "%d lost %s; %d answered before, %d after; %s after %.1f s",
                            load.failed(),
                            load.failures(),
                            before,
                            load.answered() - before,
                            ended ? "ended" : "still there",
                            seconds);
        } finally {
            node.process().kill();
        }
    }
}
