package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import dev.evenkeel.benchmarks.run.Options;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The node and its peer in turns, one text a request, with few clients and with many. */
final class PeerPart {

    private static final double FIXED_GAIN = 1.3;
    private static final double MIXED_GAIN = 1.15;
    /** No worse at any number of clients, but for what repeats differ by. */
    private static final double NEVER_BELOW = 0.98;

    private static final double P99_RATIO = 0.8;
    private static final double LONE_P50_RATIO = 1.05;
    private static final double PADDED_TO_REAL = 1.08;
    /** From here on requests queue, and batching can show. */
    private static final int MANY_CLIENTS = 16;

    private static final int PADDING_CLIENTS = 64;

    /** A row of the tables. */
    private record Cell(Lengths lengths, int clients) {

        String text() {
            return "%s tokens, %d client%s".formatted(lengths.name(), clients, clients == 1 ? "" : "s");
        }
    }

    /** One repeat of a cell. */
    private record Pair(Stretch node, Stretch peer) {

        static ToDoubleFunction<Pair> ratio(ToDoubleFunction<Stretch> figure) {
            return pair -> figure.applyAsDouble(pair.node) / figure.applyAsDouble(pair.peer);
        }

        static ToDoubleFunction<Pair> node(ToDoubleFunction<Stretch> figure) {
            return pair -> figure.applyAsDouble(pair.node);
        }

        static ToDoubleFunction<Pair> peer(ToDoubleFunction<Stretch> figure) {
            return pair -> figure.applyAsDouble(pair.peer);
        }

        double failed() {
            return (double) node.counted().failed() + peer.counted().failed();
        }
    }

    private final Bench bench;
    private final Servers servers;
    private final Map<Cell, List<Pair>> measured = new LinkedHashMap<>();

    private PeerPart(Bench bench, Servers servers) {
        this.bench = bench;
        this.servers = servers;
    }

    /** Measures, reports the tables and judges. */
    static void run(Bench bench, Servers servers) throws InterruptedException {
        PeerPart part = new PeerPart(bench, servers);
        part.measure();
        part.report();
        part.judge();
    }

    private List<Cell> cells() {
        Options options = bench.options();
        List<Lengths> lengths = new ArrayList<>();
        options.list("fixed").forEach(tokens -> lengths.add(Lengths.fixed(Integer.parseInt(tokens))));
        if (options.text("mixed").equals("yes")) {
            lengths.add(Lengths.mixed());
        }
        return lengths.stream()
                .flatMap(each ->
                        options.list("clients").stream().map(clients -> new Cell(each, Integer.parseInt(clients))))
                .toList();
    }

    private void measure() throws InterruptedException {
        List<Cell> cells = cells();
        int stretch = 0;
        for (int repeat = 0; repeat < bench.options().integer("repeats"); repeat++) {
            for (Cell cell : cells) {
                stretch++;
                Texts texts = servers.texts(cell.lengths(), stretch);
                Stretch node;
                Stretch peer;
                if (repeat % 2 == 0) {
                    node = servers.node(texts, cell.clients(), 1);
                    peer = servers.peer(texts, cell.clients(), 1);
                } else {
                    peer = servers.peer(texts, cell.clients(), 1);
                    node = servers.node(texts, cell.clients(), 1);
                }
                measured.computeIfAbsent(cell, _ -> new ArrayList<>()).add(new Pair(node, peer));
            }
        }
    }

    private void report() {
        Table work = new Table(
                "tokens",
                "clients",
                "node, requests/s",
                "peer, requests/s",
                "node / peer",
                "node, CPU ms/request",
                "peer, CPU ms/request",
                "padded / real",
                "mean batch",
                "failed");
        Table times = new Table(
                "tokens",
                "clients",
                "node, p50 ms",
                "peer, p50 ms",
                "node / peer",
                "node, p99 ms",
                "peer, p99 ms",
                "node / peer");
        measured.forEach((cell, pairs) -> {
            work.row(
                    cell.lengths().name(),
                    cell.clients(),
                    text(pairs, Pair.node(Stretch::inputsPerSecond), 1),
                    text(pairs, Pair.peer(Stretch::inputsPerSecond), 1),
                    text(pairs, Pair.ratio(Stretch::inputsPerSecond), 2),
                    text(pairs, Pair.node(Stretch::cpuMillisPerRequest), 2),
                    text(pairs, Pair.peer(Stretch::cpuMillisPerRequest), 2),
                    text(pairs, Pair.node(each -> each.batches().paddedToReal()), 3),
                    text(pairs, Pair.node(each -> each.batches().meanInputs()), 1),
                    failed(pairs));
            times.row(
                    cell.lengths().name(),
                    cell.clients(),
                    text(pairs, Pair.node(Stretch::p50), 2),
                    text(pairs, Pair.peer(Stretch::p50), 2),
                    text(pairs, Pair.ratio(Stretch::p50), 2),
                    text(pairs, Pair.node(Stretch::p99), 2),
                    text(pairs, Pair.peer(Stretch::p99), 2),
                    text(pairs, Pair.ratio(Stretch::p99), 2));
        });
        bench.results()
                .report(
                        "%n## Against the peer%n%nOne input a request; median and range over %d repeats.%n%n%s%n%s%n",
                        bench.options().integer("repeats"), work.markdown(), times.markdown());
        bench.results()
                .report(
                        "| server | lone request |\n|---|---|\n| DJL Serving with `batchSize` 8 and `maxBatchDelay` 100 ms"
                                + " | computed from its documentation, not measured: 100 ms of waiting for others, and the"
                                + " prediction |\n\n");
    }

    private static String text(List<Pair> pairs, ToDoubleFunction<Pair> figure, int decimals) {
        Spread spread = Spread.of(pairs, figure);
        return Double.isFinite(spread.median()) ? spread.text(decimals) : "-";
    }

    private static long failed(List<Pair> pairs) {
        return Math.round(pairs.stream().mapToDouble(Pair::failed).sum());
    }

    private static double median(List<Pair> pairs, ToDoubleFunction<Stretch> figure) {
        return Spread.of(pairs, Pair.ratio(figure)).median();
    }

    private void judge() {
        measured.forEach((cell, pairs) -> {
            if (cell.clients() >= MANY_CLIENTS) {
                double bar = cell.lengths().even() ? FIXED_GAIN : MIXED_GAIN;
                atLeast(cell.text() + ": requests/s, node / peer", bar, median(pairs, Stretch::inputsPerSecond));
                atMost(cell.text() + ": p99, node / peer", P99_RATIO, median(pairs, Stretch::p99));
            }
            if (cell.clients() == 1) {
                atMost(cell.text() + ": p50, node / peer", LONE_P50_RATIO, median(pairs, Stretch::p50));
            }
            if (cell.clients() == PADDING_CLIENTS && !cell.lengths().even()) {
                double padded = Spread.of(
                                pairs, Pair.node(each -> each.batches().paddedToReal()))
                        .median();
                atMost(cell.text() + ": padded / real tokens of the node", PADDED_TO_REAL, padded);
            }
        });
        Comparator<Map.Entry<Cell, List<Pair>>> byGain =
                Comparator.comparingDouble(each -> median(each.getValue(), Stretch::inputsPerSecond));
        var least = measured.entrySet().stream().min(byGain).orElseThrow();
        double gain = median(least.getValue(), Stretch::inputsPerSecond);
        bench.bars()
                .row(
                        "every number of clients: requests/s, node / peer",
                        ">= " + NEVER_BELOW,
                        gain >= NEVER_BELOW,
                        "%.3f at least, with %s",
                        gain,
                        least.getKey().text());
        long failed = measured.values().stream().mapToLong(PeerPart::failed).sum();
        bench.bars().row("failed requests of both", "0", failed == 0, "%d", failed);
    }

    private void atLeast(String line, double bar, double value) {
        bench.bars().row(line, ">= " + bar, value >= bar, "%.3f", value);
    }

    private void atMost(String line, double bar, double value) {
        bench.bars().row(line, "<= " + bar, value <= bar, "%.3f", value);
    }
}
