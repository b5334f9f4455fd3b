package dev.evenkeel.benchmarks.node;

import dev.evenkeel.load.NodeState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One request whose prediction never ends, among others that go on. */
final class Hang {

    /** What the blocking encoder never comes back from; no sentence of the load has it. */
    private static final String POISON = "zebra";

    private static final int CLIENTS = 4;

    /** More than any bar: what has not been seen by then is a failure. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final double BAR_MILLIS = 250;

    private Hang() {}

    static void run(Bench bench) throws Exception {
        Path model = Path.of(bench.options().text("blocking-encoder"));
        List<String> settings = new ArrayList<>(Bench.serving(Bench.url(model)));
        settings.addAll(bench.options().words("hang-args"));
        Node node = bench.start(
                "hang", bench.options().text("all-cpus"), bench.options().words("node-jvm"), settings);
        try {
            bench.awaitReady(node);
            poison(bench, node);
        } finally {
            // a worker that never ends would use up all the patience of a drain
            node.process().kill();
        }
    }

    private static void poison(Bench bench, Node node) throws Exception {
        Duration limit = bench.options().seconds("hang-limit");
        Duration restart = bench.options().seconds("hang-restart");
        try (Steady load = new Steady(node.port(), bench.sentences(32), CLIENTS)) {
            Thread.sleep(Duration.ofSeconds(10));
            byte[] body = "{\"model\":\"%s\",\"input\":\"%s\"}"
                    .formatted(Bench.MODEL, POISON)
                    .getBytes(StandardCharsets.UTF_8);
            long sent = System.nanoTime();
            CompletableFuture<Node.Answer> poisoned = node.post(body, restart.plus(PATIENCE));
            CompletableFuture<Long> unready = Node.watch(PATIENCE, () -> !node.ready());
            CompletableFuture<Long> stalled =
                    Node.watch(PATIENCE, () -> node.state().orElse(NodeState.UP.code()) == NodeState.STALLED.code());
            seen(bench, "hang: /actuator/load says STALLED", sent, limit, stalled.get());
            seen(bench, "hang: readiness is down", sent, limit, unready.get());
            bench.bars()
                    .row(
                            "hang: still alive before the restart limit",
                            "/livez answers 200",
                            node.live(),
                            "looked after %.1f s",
                            Node.millis(sent, System.nanoTime()) / 1000);
            int before = load.answered();
            long dead = Node.await(restart.plus(PATIENCE), () -> !node.live());
            bench.bars()
                    .row(
                            "hang: /livez is down",
                            "within 1 s of the restart limit, not before it",
                            Node.millis(sent, dead) >= restart.toMillis()
                                    && Node.millis(sent, dead) <= restart.toMillis() + 1000,
                            "%.2f s after the request; the limit is %d ms",
                            Node.millis(sent, dead) / 1000,
                            restart.toMillis());
            int meanwhile = load.answered() - before;
            load.finish();
            bench.bars()
                    .row(
                            "hang: other requests",
                            "answered with 200, 0 failed",
                            load.failed() == 0 && meanwhile > 0,
                            "%d failed %s, %d answered, %d of them since the stall",
                            load.failed(),
                            load.failures(),
                            load.answered(),
                            meanwhile);
            Node.Answer answer = poisoned.get();
            bench.bars()
                    .row(
                            "hang: the request itself",
                            "gets an error",
                            answer.status() >= 400,
                            "%d after %.2f s: %s",
                            answer.status(),
                            answer.after().toMillis() / 1000.0,
                            answer.body());
        }
    }

    /** Counts from the sending, and so a little against the node: the prediction begins when a worker is free. */
    private static void seen(Bench bench, String line, long sent, Duration limit, long at) {
        double late = Node.millis(sent, at) - limit.toMillis();
        bench.bars().row(line, "<= 250 ms after the limit", late <= BAR_MILLIS, "%.0f ms after it", late);
    }
}
