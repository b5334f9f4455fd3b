package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.report.Spread;
import dev.evenkeel.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a gateway itself costs, and where its CPU goes, by the rows that {@code gateway-overhead} leaves. */
final class Overhead {

    private static final String DIRECT = "direct";
    private static final String OURS = "gateway-service";
    private static final String STOCK = "stock lb://";

    /** @param load as a share of what the slower gateway finishes; NaN in rows that do not have it */
    private record Run(
            String session,
            String rate,
            double load,
            int repeat,
            String subject,
            int errors,
            double cpu,
            double p50,
            double p99) {}

    /** Of a profile: CPU of a library ({@code part}) or of a class of ours ({@code class}), us a request. */
    private record Cost(String subject, String kind, String name, double micros) {}

    private static final int CLASSES = 12;

    private final List<Run> runs = new ArrayList<>();
    private final List<Cost> costs;

    /**
     * Reads the rows.
     *
     * @param lines of {@code overhead.csv}, the header first; may be empty
     * @param profile lines of {@code profile.csv}, likewise
     */
    Overhead(List<String> lines, List<String> profile) {
        costs = profile.stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .map(cells -> new Cost(cells[0], cells[1], cells[2], Double.parseDouble(cells[3])))
                .toList();
        List<String> names =
                lines.isEmpty() ? List.of() : Arrays.asList(lines.getFirst().split(",", -1));
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] cells = line.split(",", -1);
            runs.add(new Run(
                    names.contains("session") ? cells[names.indexOf("session")] : "",
                    cells[names.indexOf("rate")],
                    names.contains("load") ? Double.parseDouble(cells[names.indexOf("load")]) : Double.NaN,
                    Integer.parseInt(cells[names.indexOf("repeat")]),
                    cells[names.indexOf("subject")],
                    Integer.parseInt(cells[names.indexOf("errors")]),
                    Double.parseDouble(cells[names.indexOf("gateway_cpu_us_per_request")]),
                    Double.parseDouble(cells[names.indexOf("p50_ms")]),
                    Double.parseDouble(cells[names.indexOf("p99_ms")])));
        }
    }

    /** As {@link Row#session}, of all rows; one of them, as a run replaces them all. */
    List<String> sessions() {
        return runs.stream().map(Run::session).distinct().toList();
    }

    private List<String> rates() {
        return runs.stream().map(Run::rate).distinct().toList();
    }

    private List<Run> of(String rate, String subject) {
        return runs.stream()
                .filter(run -> run.rate().equals(rate) && run.subject().equals(subject))
                .sorted(Comparator.comparingInt(Run::repeat))
                .toList();
    }

    /** The one that is half of what the slower gateway finishes; earlier rows do not tell, and have it last. */
    private Optional<String> half() {
        return runs.stream().allMatch(run -> Double.isNaN(run.load()))
                ? rates().stream().reduce((_, last) -> last)
                : runs.stream()
                        .filter(run -> Math.abs(run.load() - 0.5) < 0.01)
                        .map(Run::rate)
                        .findFirst();
    }

    /** CPU at each rate, as each tells another story: with little to do a JVM spends more on each request. */
    void judge(Table bars) {
        String cpu = "CPU per request <= 1.2 x the stock gateway's";
        String added = "added latency at half load: p50 <= 0.5 ms and p99 <= 2 ms";
        if (runs.isEmpty()) {
            bars.row("G5", cpu, "no rows", "not measured");
        }
        rates().forEach(rate -> cpu(bars, cpu + " at " + rate, rate));
        half().ifPresentOrElse(
                        rate -> latency(bars, added, rate),
                        () -> bars.row(
                                "G5", added, runs.isEmpty() ? "no rows" : "no rate is half load", "not measured"));
        String profiled = "where the CPU goes, from a profile";
        boolean isProfiled = costs.stream().anyMatch(cost -> cost.subject().equals(OURS));
        bars.row(
                "G5",
                profiled,
                isProfiled ? "[below](#where-a-gateways-cpu-goes)" : "no rows",
                isProfiled ? "met" : "not measured");
    }

    private void cpu(Table bars, String bar, String rate) {
        double[] ratios = pairs(rate, OURS, STOCK, (ours, stock) -> ours.cpu() / stock.cpu());
        if (ratios.length < Contest.REPEATS) {
            bars.row("G5", bar, lacking(rate, STOCK, ratios.length), "not measured");
            return;
        }
        Spread ratio = Spread.of(ratios);
        int errors = errors(rate, OURS) + errors(rate, STOCK);
        bars.row(
                "G5",
                bar,
                "%s, %s%d repeats".formatted(ratio.text(2), text(errors), ratios.length),
                Verdicts.met(ratio.median() <= 1.2 && errors == 0));
    }

    private void latency(Table bars, String bar, String rate) {
        double[] p50s = pairs(rate, OURS, DIRECT, (ours, direct) -> ours.p50() - direct.p50());
        double[] p99s = pairs(rate, OURS, DIRECT, (ours, direct) -> ours.p99() - direct.p99());
        int repeats = Math.min(p50s.length, p99s.length);
        if (repeats < Contest.REPEATS) {
            bars.row("G5", bar, lacking(rate, DIRECT, repeats), "not measured");
            return;
        }
        Spread p50 = Spread.of(p50s);
        Spread p99 = Spread.of(p99s);
        int errors = errors(rate, OURS) + errors(rate, DIRECT);
        bars.row(
                "G5",
                bar,
                "p50 %s ms, p99 %s ms at %s, %s%d repeats"
                        .formatted(p50.text(2), p99.text(2), rate, text(errors), repeats),
                Verdicts.met(p50.median() <= 0.5 && p99.median() <= 2 && errors == 0));
    }

    /** A refusal is cheap and fast: with errors among them figures are of less than was asked for. */
    private int errors(String rate, String subject) {
        return of(rate, subject).stream().mapToInt(Run::errors).sum();
    }

    private static String text(int errors) {
        return errors == 0 ? "" : errors + " errors, ";
    }

    private static String lacking(String rate, String other, int repeats) {
        return "ours and %s have %d of %d repeats in common at %s".formatted(other, repeats, Contest.REPEATS, rate);
    }

    @FunctionalInterface
    private interface Pair {
        double of(Run a, Run b);
    }

    /** Within each repeat, whose arrivals were the same; of the repeats that both have. */
    private double[] pairs(String rate, String subject, String other, Pair figure) {
        return of(rate, subject).stream()
                .flatMap(a -> of(rate, other).stream()
                        .filter(b -> b.repeat() == a.repeat())
                        .map(b -> figure.of(a, b)))
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
    }

    /** A table for each rate; nothing where nothing was run. */
    String markdown() {
        Map<String, List<Run>> byRate =
                runs.stream().collect(Collectors.groupingBy(Run::rate, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        byRate.forEach((rate, here) -> {
            Table table = new Table(
                    rate,
                    "repeats",
                    "CPU, us/request",
                    "p50, ms",
                    "p99, ms",
                    "added p50, ms",
                    "added p99, ms",
                    "errors");
            here.stream().map(Run::subject).distinct().forEach(subject -> {
                List<Run> of = of(rate, subject);
                boolean isDirect = subject.equals(DIRECT);
                table.row(
                        subject,
                        of.size(),
                        isDirect ? "" : Spread.of(of, Run::cpu).text(0),
                        Spread.of(of, Run::p50).text(2),
                        Spread.of(of, Run::p99).text(2),
                        isDirect ? "" : added(rate, subject, (a, b) -> a.p50() - b.p50()),
                        isDirect ? "" : added(rate, subject, (a, b) -> a.p99() - b.p99()),
                        errors(rate, subject));
            });
            text.append(table.markdown()).append('\n');
        });
        return text.toString();
    }

    private String added(String rate, String subject, Pair difference) {
        double[] differences = pairs(rate, subject, DIRECT, difference);
        return differences.length == 0 ? "" : Spread.of(differences).text(2);
    }

    /** By library, the stock gateway's beside ours, and our own classes; nothing where nothing was profiled. */
    String profile() {
        if (costs.isEmpty()) {
            return "";
        }
        Table parts = new Table("us/request", STOCK, OURS);
        costs.stream()
                .filter(cost -> cost.kind().equals("part"))
                .map(Cost::name)
                .distinct()
                .sorted(Comparator.comparingDouble(name -> -cost(OURS, "part", name)))
                .forEach(name -> parts.row(name, micros(STOCK, name), micros(OURS, name)));
        parts.row("all", micros(sum(STOCK)), micros(sum(OURS)));
        Table classes = new Table("of ours, by class", "us/request");
        costs.stream()
                .filter(cost -> cost.subject().equals(OURS) && cost.kind().equals("class"))
                .sorted(Comparator.comparingDouble(cost -> -cost.micros()))
                .limit(CLASSES)
                .forEach(cost -> classes.row("`" + cost.name() + "`", micros(cost.micros())));
        return parts.markdown() + "\n" + classes.markdown() + "\n";
    }

    private double cost(String subject, String kind, String name) {
        return costs.stream()
                .filter(cost -> cost.subject().equals(subject)
                        && cost.kind().equals(kind)
                        && cost.name().equals(name))
                .mapToDouble(Cost::micros)
                .sum();
    }

    private double sum(String subject) {
        return costs.stream()
                .filter(cost -> cost.subject().equals(subject) && cost.kind().equals("part"))
                .mapToDouble(Cost::micros)
                .sum();
    }

    private String micros(String subject, String part) {
        return micros(cost(subject, "part", part));
    }

    private static String micros(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
