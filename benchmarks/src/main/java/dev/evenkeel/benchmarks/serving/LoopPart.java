package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The node in turns with the bare loop: what HTTP, queue and batching cost. */
final class LoopPart {

    private static final int TOKENS = 32;
    /** What a caller that batches for itself sends, and what the loop computes at once. */
    private static final int BATCH = 8;

    private static final int CALLERS_WITH_BATCHES = 16;
    private static final int CALLERS_WITH_ONE = 64;

    private static final double BATCHES_BAR = 0.95;
    private static final double ONES_BAR = 0.8;
    private static final double LONE_BAR_MILLIS = 0.5;

    /** Far from those of the other part, so that no text comes again. */
    private static final int FIRST_RUN = 100_000;

    private final Bench bench;
    private final Servers servers;
    private final BareLoop loop;
    private final Table table = new Table("repeat", "case", "node", "bare loop, batch 8", "bare loop, other batch");
    private final List<Double> batches = new ArrayList<>();
    private final List<Double> ones = new ArrayList<>();
    private final List<Double> lone = new ArrayList<>();
    private int run = FIRST_RUN;

    private LoopPart(Bench bench, Servers servers, BareLoop loop) {
        this.bench = bench;
        this.servers = servers;
        this.loop = loop;
    }

    /** Measures, reports the table and judges. */
    static void run(Bench bench, Servers servers) throws Exception {
        Texts texts = servers.texts(Lengths.fixed(TOKENS), FIRST_RUN);
        LoopPart part = new LoopPart(bench, servers, BareLoop.of(bench, texts));
        for (int repeat = 1; repeat <= bench.options().integer("repeats"); repeat++) {
            part.repeat(repeat);
        }
        bench.results()
                .report("%n## Against the bare loop%n%nTexts of %d tokens.%n%n%s", TOKENS, part.table.markdown());
        part.judge();
    }

    /** The node first, or the loop with batches of 8; the loops that depend on what the node did come last. */
    private void repeat(int repeat) throws InterruptedException {
        boolean nodeFirst = repeat % 2 == 1;
        BareLoop.@Nullable Result before = nodeFirst ? null : loop.run(BATCH);
        Stretch batched = node(CALLERS_WITH_BATCHES, BATCH);
        Stretch single = node(CALLERS_WITH_ONE, 1);
        BareLoop.Result eight = before == null ? loop.run(BATCH) : before;
        int mean = Math.max(1, Math.toIntExact(Math.round(single.batches().meanInputs())));
        BareLoop.Result other = mean == BATCH ? eight : loop.run(mean);
        BareLoop.Result one;
        Stretch alone;
        if (nodeFirst) {
            alone = node(1, 1);
            one = loop.run(1);
        } else {
            one = loop.run(1);
            alone = node(1, 1);
        }
        batches.add(batched.inputsPerSecond() / eight.inputsPerSecond());
        ones.add(single.inputsPerSecond() / Math.max(eight.inputsPerSecond(), other.inputsPerSecond()));
        lone.add(alone.p50() - one.p50Millis());
        rows(repeat, batched, single, alone, eight, mean, other, one);
    }

    private void rows(
            int repeat,
            Stretch batched,
            Stretch single,
            Stretch alone,
            BareLoop.Result eight,
            int mean,
            BareLoop.Result other,
            BareLoop.Result one) {
        String eights = Format.of(1, eight.inputsPerSecond()) + " inputs/s";
        table.row(
                        repeat,
                        "%d clients, %d inputs a request".formatted(CALLERS_WITH_BATCHES, BATCH),
                        Format.of(1, batched.inputsPerSecond()) + " inputs/s",
                        eights,
                        "-")
                .appendLastTo(bench.results().file("loop.csv"));
        table.row(
                        repeat,
                        "%d clients, one input a request".formatted(CALLERS_WITH_ONE),
                        Format.of(1, single.inputsPerSecond()) + " inputs/s",
                        eights,
                        "%s inputs/s with %d, the node's mean".formatted(Format.of(1, other.inputsPerSecond()), mean))
                .appendLastTo(bench.results().file("loop.csv"));
        table.row(
                        repeat,
                        "a lone client, p50",
                        Format.of(3, alone.p50()) + " ms",
                        "-",
                        Format.of(3, one.p50Millis()) + " ms with 1")
                .appendLastTo(bench.results().file("loop.csv"));
    }

    private Stretch node(int clients, int inputs) throws InterruptedException {
        run++;
        return servers.node(servers.texts(Lengths.fixed(TOKENS), run), clients, inputs);
    }

    private void judge() {
        Spread callers = Spread.of(batches, Double::doubleValue);
        bench.bars()
                .row(
                        "%d inputs a request, %d clients: inputs/s, node / bare loop"
                                .formatted(BATCH, CALLERS_WITH_BATCHES),
                        ">= " + BATCHES_BAR,
                        callers.median() >= BATCHES_BAR,
                        "%s",
                        callers.text(3));
        Spread singles = Spread.of(ones, Double::doubleValue);
        bench.bars()
                .row(
                        "one input a request, %d clients: inputs/s, node / the faster bare loop"
                                .formatted(CALLERS_WITH_ONE),
                        ">= " + ONES_BAR,
                        singles.median() >= ONES_BAR,
                        "%s",
                        singles.text(3));
        Spread added = Spread.of(lone, Double::doubleValue);
        bench.bars()
                .row(
                        "lone request: p50 over HTTP less the bare loop's",
                        "<= " + LONE_BAR_MILLIS + " ms",
                        added.median() <= LONE_BAR_MILLIS,
                        "%s ms",
                        added.text(3));
    }
}
