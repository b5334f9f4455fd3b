package dev.evenkeel.benchmarks.node;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.MemoryGroup;
import dev.evenkeel.benchmarks.host.MemoryHog;
import dev.evenkeel.load.NodeState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** A neighbour in the node's memory cgroup takes nearly all of it, and gives it back. Requests that want too much, too. */
final class Memory {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int OK = 200;

    /** OpenAI's shape has 400 where TEI's has 422. */
    private static final Set<Integer> TOO_LARGE = Set.of(400, 413, 422);

    private static final long MEGA = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Well past the mark, and short of the limit by more than the node allocates meanwhile. */
    private static final double HOG_STOPS_AT = 0.95;

    private final Bench bench;
    private final MemoryGroup group;
    private final Node node;

    private Memory(Bench bench, MemoryGroup group, Node node) {
        this.bench = bench;
        this.group = group;
        this.node = node;
    }

    static void run(Bench bench) throws Exception {
        String name =
                "evenkeel-bench-%d-memory".formatted(ProcessHandle.current().pid());
        MemoryGroup group = bench.cleanup().add(MemoryGroup.create(name));
        List<String> settings =
                new ArrayList<>(Bench.serving(Bench.url(Path.of(bench.options().text("encoder")))));
        settings.addAll(bench.options().words("node-args"));
        settings.addAll(bench.options().words("memory-args"));
        Node node = bench.start(
                "memory", bench.options().text("node-cpus"), bench.options().words("node-jvm"), settings);
        group.add(node.process().pid());
        try {
            bench.awaitReady(node);
            Memory memory = new Memory(bench, group, node);
            memory.warm();
            memory.hog();
            // what a large body leaves in the heap would raise the limit under which the hog is let in
            group.limit(Long.MAX_VALUE);
            memory.hungry();
        } finally {
            bench.services().stop(node.process());
            bench.cleanup().close(group);
        }
    }

    private void warm() throws InterruptedException {
        try (Steady load = new Steady(node.port(), bench.sentences(33), 8)) {
            Thread.sleep(Duration.ofSeconds(10));
            bench.results().progress("the node is warm: %d answered, %d MB", load.answered(), group.used() / MEGA);
        }
    }

    private void hog() throws Exception {
        long used = group.used();
        double mark = bench.options().number("memory-mark");
        // the warm node must stay below the mark by itself, by a good part of the limit
        long limit =
                Math.max(used + bench.options().integer("memory-headroom") * MEGA, Math.round(used / (mark - 0.07)));
        group.limit(limit);
        long megabytes = Math.round((HOG_STOPS_AT * limit - group.used()) / MEGA);
        Child hog = bench.cleanup().add(MemoryHog.start(bench.results().logs(), megabytes));
        group.add(hog.pid());
        CompletableFuture<Long> atMark = Node.watch(PATIENCE, () -> group.used() >= mark * limit);
        CompletableFuture<Long> refusing = Node.watch(PATIENCE, this::refuses);
        boolean reached = atMark.get() != Long.MAX_VALUE;
        double late = Math.max(0, Node.millis(atMark.get(), refusing.get()));
        bench.bars()
                .row(
                        "memory: from the mark to the state MEMORY",
                        "<= 500 ms",
                        reached && late <= 500,
                        "%s; %.0f of %.0f MB in use, mark %.2f",
                        reached ? String.format(java.util.Locale.ROOT, "%.0f ms", late) : "the mark was not reached",
                        (double) group.used() / MEGA,
                        (double) limit / MEGA,
                        mark);
        Node.Answer refused = ask();
        bench.bars()
                .row(
                        "memory: a request meanwhile",
                        "429 with Retry-After",
                        refused.status() == TOO_MANY_REQUESTS && refused.retryAfter(),
                        "%d %s Retry-After",
                        refused.status(),
                        refused.retryAfter() ? "with" : "without");
        boolean bothLive = hog.alive() && node.process().alive();
        long kills = group.outOfMemoryKills();
        long freed = System.nanoTime();
        bench.services().stop(hog);
        long up = Node.await(PATIENCE, () -> node.state().orElse(-1) == NodeState.UP.code() && ask().status() == OK);
        bench.bars()
                .row(
                        "memory: back to UP and serving once it is freed",
                        "within 5 s",
                        Double.isFinite(late) && Node.millis(freed, up) <= 5_000,
                        "%.0f ms",
                        Node.millis(freed, up));
        bench.bars()
                .row(
                        "memory: processes killed for it",
                        "0",
                        bothLive
                                && kills == 0
                                && group.outOfMemoryKills() == 0
                                && node.process().alive(),
                        "%d; node and neighbour %s",
                        group.outOfMemoryKills(),
                        bothLive ? "alive" : "not both alive");
    }

    private boolean refuses() {
        return node.state().orElse(-1) == NodeState.MEMORY.code();
    }

    private Node.Answer ask() {
        return node.post(bench.sentences(34).body(0), Duration.ofSeconds(5)).join();
    }

    private void hungry() throws Exception {
        String word = "word ";
        refusedForItself("a text of 12 MB", "\"" + word.repeat(12_000_000 / word.length()) + "\"");
        String text = "\"" + word.repeat(700) + "\"";
        refusedForItself("2,048 texts of 3,500 characters", "[" + (text + ",").repeat(2_047) + text + "]");
    }

    private void refusedForItself(String what, String input) throws Exception {
        byte[] body =
                "{\"model\":\"%s\",\"input\":%s}".formatted(Bench.MODEL, input).getBytes(StandardCharsets.UTF_8);
        long before = group.used();
        CompletableFuture<Node.Answer> answered = node.post(body, Duration.ofSeconds(60));
        long most = most(answered, group::used);
        Node.Answer answer = answered.join();
        String sentence = answer.body().length() > 200 ? answer.body().substring(0, 200) + "..." : answer.body();
        bench.bars()
                .row(
                        "memory: " + what,
                        "413 or 422, or OpenAI's 400, with a sentence",
                        TOO_LARGE.contains(answer.status()) && !answer.body().isBlank(),
                        "%d after %d ms: %s",
                        answer.status(),
                        answer.after().toMillis(),
                        sentence);
        // 12 bytes for each of the body: itself, its text in UTF-16, its parts in both, and what a young heap leaves
        // lying
        long bound = 12L * body.length;
        bench.bars()
                .row(
                        "memory: what that takes",
                        "<= %d MB, 12 times the body".formatted(bound / MEGA),
                        most - before <= bound && node.process().alive(),
                        "%d MB",
                        (most - before) / MEGA);
    }

    private static long most(CompletableFuture<?> until, LongSupplier figure) throws InterruptedException {
        long most = figure.getAsLong();
        while (!until.isDone()) {
            most = Math.max(most, figure.getAsLong());
            Thread.sleep(Duration.ofMillis(5));
        }
        return Math.max(most, figure.getAsLong());
    }
}
