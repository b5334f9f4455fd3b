package dev.evenkeel.plain;

import ai.djl.inference.Predictor;
import dev.evenkeel.batcher.ServiceCurve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * How long one predict call takes, by the batch's inputs and their tokens, on one warm thread.
 *
 * <p>Each round visits every cell of the grid once, in a new random order, so that a drift of the machine meets all cells
 * alike. A cell's figure is the median of its calls of all rounds.
 *
 * @param nanoTime of a clock that only goes forward
 * @param random for the texts and the order of cells
 */
record Curve(LongSupplier nanoTime, RandomGenerator random) {

    static final Map<String, String> DEFAULTS = Map.of(
            "folder", "",
            "out", "",
            "inputs", "1,2,3,4,6,8,12,16",
            "tokens", "8,16,32,64,128",
            "rounds", "7",
            "seed", "1");

    /** Of calls that count in one visit of a cell: some tens of the shortest, one of the longest. */
    private static final long VISIT_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final Path CPUS = Path.of("/proc/cpuinfo");

    /** A point of the grid that is being measured: a batch, and what its calls took. */
    private record Cell(int inputs, int tokens, List<long[]> rows, LongStream.Builder nanos) {

        ServiceCurve.Point point() {
            long[] all = nanos.build().sorted().toArray();
            return new ServiceCurve.Point(inputs, tokens, Math.round(all[all.length / 2] / 1e3));
        }
    }

    /** Writes the curve to {@code --out} and returns it as a table for people. */
    String run(Options options) throws IOException {
        List<Integer> inputs = options.integers("inputs", 1);
        List<Integer> tokens = options.integers("tokens", 1);
        int rounds = options.integer("rounds", 1);
        Path out = Path.of(options.text("out")).toAbsolutePath();
        if (inputs.stream().distinct().count() < Math.max(2, inputs.size())
                || tokens.stream().distinct().count() < Math.max(2, tokens.size())) {
            throw new IllegalArgumentException("--inputs " + inputs + " and --tokens " + tokens
                    + " make no grid; each takes two or more numbers, none of them twice");
        }
        try (Encoder encoder = Encoder.load(Path.of(options.text("folder")))) {
            ServiceCurve curve = measure(encoder, inputs, tokens, rounds);
            Files.createDirectories(out.resolveSibling(""));
            Files.writeString(out, written(curve, options));
            return table(curve);
        }
    }

    private ServiceCurve measure(Encoder encoder, List<Integer> inputs, List<Integer> tokens, int rounds) {
        Texts texts = new Texts(encoder, random);
        List<Cell> cells = new ArrayList<>();
        for (int count : inputs) {
            for (int length : tokens) {
                List<long[]> rows = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    rows.add(encoder.tokenize(texts.ofTokens(length)));
                }
                cells.add(new Cell(count, length, rows, LongStream.builder()));
            }
        }
        try (Predictor<List<long[]>, float[][]> predictor = encoder.newPredictor()) {
            // a round that does not count: the JVM compiles, PyTorch's allocator grows
            cells.forEach(cell -> visit(predictor, cell, LongStream.builder()));
            for (int round = 0; round < rounds; round++) {
                Collections.shuffle(cells, random);
                cells.forEach(cell -> visit(predictor, cell, cell.nanos()));
            }
        }
        return ServiceCurve.of(cells.stream().map(Cell::point).toList());
    }

    /** The first call after another cell finds that cell's memory and caches, and does not count. */
    private void visit(Predictor<List<long[]>, float[][]> predictor, Cell cell, LongStream.Builder nanos) {
        Encoder.predict(predictor, cell.rows());
        long start = nanoTime.getAsLong();
        long before = start;
        do {
            Encoder.predict(predictor, cell.rows());
            long now = nanoTime.getAsLong();
            nanos.add(now - before);
            before = now;
        } while (before - start < VISIT_NANOS);
    }

    static String written(ServiceCurve curve, Options options) throws IOException {
        return "# microseconds of one predict call by inputs of the batch and tokens of each: median, warm\n"
                + "# made by: curve " + options + "\n"
                + "# on: " + cpu() + ", 1 thread\n"
                + curve.toCsv();
    }

    private static String cpu() throws IOException {
        if (Files.isReadable(CPUS)) {
            for (String line : Files.readAllLines(CPUS)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return "a CPU of " + System.getProperty("os.arch");
    }

    private static String table(ServiceCurve curve) {
        StringBuilder table = new StringBuilder("inputs  tokens      micros  micros per input\n");
        for (ServiceCurve.Point point : curve.points()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%6d  %6d  %10d  %16.0f%n",
                    point.inputs(),
                    point.tokens(),
                    point.micros(),
                    (double) point.micros() / point.inputs()));
        }
        return table.toString();
    }
}
