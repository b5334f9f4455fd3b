package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/faults.md}, made of {@code docs/faults.csv} alone. */
final class Document {

    /** So many are asked for. */
    private static final int RUNS = 5;

    /** What tells the commands apart whose rows stand beside each other. */
    private static final Pattern KIND = Pattern.compile("--(?:gateways|registries|gateway-args) (?:'[^']*'|\\S+)");

    private static final String COMMAND = "`benchmarks/faults.sh ";

    private static final String HEAD = """
            # What clients notice when something fails

            Written by `benchmarks/faults.sh`; do not edit. Each row's runs are lines of [faults.csv](faults.csv).
            `mvn -pl acceptance -am verify -Pfaults` writes a matrix of its own, in `acceptance/target/faults`, and fails where
            a row that is met here is not met there.

            A registry, four nodes of 0.22 CPU each on one core (a cgroup's quota with a period of 20 ms, set when they are
            warm), gateways, registry and the generator on the other. Requests arrive as a Poisson process at 60 %% of what the
            four finish together, which is measured before each run, whether earlier ones were answered or not; latencies count
            from the time at which a request was due; every answer is compared with the one that a node gave to the same text
            before. What the nodes finish is the most that they can: %d requests inside each at any time. They run as a container
            of less than a CPU does ([ADR 0028](adr/0028-warm-before-ready.md)); one that starts anew has no quota until it is
            ready, but no larger share of the core than each of the others.

            `requests`: what was under way when the fault began, and what was due from then on. `failed`: no 200, or another
            answer, or none, where the row does not ask for another; of those, and of all that was sent before, in all runs
            together. `out`: until the gateway's own health says so. Times are medians of the runs; p99, of the requests that
            count and were answered with 200, stands beside that of those due in the eight seconds before the fault, all of which
            were answered when it began. A run in which a gateway itself ends, or does not say how it is, is not met, whatever its
            figures are; nor is a row of fewer than five runs.

            Told beside, the most of the runs: `sockets closed`, when the kernel did that of the killed node, once it had taken
            down its memory within the node's quota (nobody can know before); `until in`, from a started node's first 200 at
            `/readyz` to its being in rotation, by the gateway's health; `refused as poison`, requests answered 422 because they,
            or a copy, were on two nodes that died; `refused p99`, of the 429s; and, as a median, `p99 of three`: when the slow
            node stands still, what the three others make of the same load within the same run, for comparison. `nodes lost` are
            those that were out of rotation at any moment, from the fault until everybody has registered again. A node is back in
            share in the first second whose answers are its own by half of a fair share, an eighth.

            When all but one are killed twice as much arrives as that one finished before the run, or more, and `its capacity` is
            what it finished; who is refused, there and elsewhere, is told when to come again, or has failed. When clients leave,
            what the gateway keeps of them is looked for after a full collection: `heap mb more` than before, `files more` that
            are open, connections among them, for each that left, and `leaks told`, by Netty, of buffers that nobody released.
            When all are killed `refused p99` is of the 503s to what was due once no node was in rotation (`out`), `longest
            refusal` of all, those to what was inside a node when it died among them.

            A node in which a prediction hangs is out until another worker has taken over, some two seconds; the matrix gives it
            a new process before the next run. Last stands the newest command of each kind that rows are of: by the number of
            gateways and of registries, and the gateways' arguments.

            What limits two of them: without the slow node three of four at 60 %% are at 80 %%, so that `p99 of three`, at which
            it gets nothing, is the least to be hoped for. The most that nodes finish is theirs when long queues let them
            batch texts of like lengths; 95 %% of it takes some 24 requests inside each, whose mean wait alone is near the p99 at
            load 0.8. Simulated, p99 is then 2.4 times that one, and 1.5 times goes with less than 0.9 of what they finish.

            """.formatted(Fleet.SATURATED);

    private final Path csv;
    private final Path markdown;
    private final Path machine;

    Document(Path docs) {
        csv = docs.resolve("faults.csv");
        markdown = docs.resolve("faults.md");
        machine = docs.resolve("faults-machine.txt");
    }

    /** On what the rows are measured from now on, and how; a command takes the place of the last one of its kind. */
    void machine(String text, String command) {
        String line = COMMAND + command + '`';
        String lines = Stream.concat(commands().filter(other -> !kind(other).equals(kind(line))), Stream.of(line))
                .collect(Collectors.joining("\n\n"));
        writeTo(machine, text + "\n\n" + lines + '\n');
    }

    private Stream<String> commands() {
        return onWhat().lines().filter(line -> line.startsWith(COMMAND));
    }

    private static String kind(String command) {
        return KIND.matcher(command).results().map(MatchResult::group).collect(Collectors.joining(" "));
    }

    void add(Outcome outcome) {
        outcome.appendTo(csv);
    }

    /** The rows of a fault that is run again. */
    void forget(String fault, int gateways) {
        List<Outcome> kept = Outcome.read(csv).stream()
                .filter(outcome -> !outcome.fault().equals(fault) || outcome.gateways() != gateways)
                .toList();
        try {
            Files.deleteIfExists(csv);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kept.forEach(this::add);
    }

    void write() {
        writeTo(markdown, text());
    }

    /** What the rows give. */
    String text() {
        List<Outcome> outcomes = Outcome.read(csv);
        Table table = new Table(
                "fault", "bar", "gateways", "runs", "requests", "failed", "out", "p99 / steady", "others", "");
        for (Fault fault : Faults.all()) {
            List<Integer> gateways = outcomes.stream()
                    .filter(outcome -> outcome.fault().equals(fault.id()))
                    .map(Outcome::gateways)
                    .distinct()
                    .sorted()
                    .toList();
            for (int count : gateways) {
                row(
                        table,
                        fault,
                        count,
                        outcomes.stream()
                                .filter(outcome -> outcome.fault().equals(fault.id()) && outcome.gateways() == count)
                                .toList());
            }
            if (gateways.isEmpty()) {
                table.row(fault.title(), fault.bar(), "", 0, "", "", "", "", "", "not measured");
            }
        }
        return HEAD + table.markdown() + "\n" + onWhat();
    }

    private static void row(Table table, Fault fault, int gateways, List<Outcome> runs) {
        table.row(
                fault.title(),
                fault.bar(),
                gateways,
                runs.size(),
                whole(sum(runs, Outcome.REQUESTS)),
                whole(sum(runs, Outcome.FAILED)) + notes(runs),
                inMillis(Fault.Bar.atMost(Outcome.OUT, 0).over(runs)),
                "%s / %s"
                        .formatted(
                                inMillis(Fault.Bar.atMost(Outcome.WINDOW, 0).over(runs)),
                                inMillis(Fault.Bar.atMost(Outcome.STEADY, 0).over(runs))),
                others(fault, runs),
                verdict(fault, runs));
    }

    private static String verdict(Fault fault, List<Outcome> runs) {
        if (runs.size() < RUNS) {
            return "**not met**: %d of %d runs".formatted(runs.size(), RUNS);
        }
        return fault.isMet(runs) ? "met" : "**not met**";
    }

    private static double sum(List<Outcome> runs, String figure) {
        return runs.stream().mapToDouble(run -> run.get(figure)).sum();
    }

    private static String notes(List<Outcome> runs) {
        String notes = runs.stream()
                .map(Outcome::notes)
                .filter(note -> !note.isBlank())
                .distinct()
                .collect(Collectors.joining("; "));
        return notes.isEmpty() ? "" : " (" + notes + ")";
    }

    /** What the bars ask for besides. */
    private static String others(Fault fault, List<Outcome> runs) {
        List<String> parts = new ArrayList<>();
        List<String> shown = List.of(Outcome.FAILED, Outcome.OUT);
        for (Fault.Bar bar : fault.bars()) {
            if (!shown.contains(bar.figure())) {
                String name = bar.figure()
                        .replace("_ms/" + Outcome.STEADY, " / steady")
                        .replace('_', ' ');
                String part = name + ' ' + String.format(Locale.ROOT, "%.3g", bar.over(runs));
                if (!parts.contains(part)) {
                    parts.add(part);
                }
            }
        }
        return String.join(", ", parts);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String inMillis(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.0f ms", value);
    }

    private String onWhat() {
        try {
            return Files.exists(machine) ? "On " + Files.readString(machine) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeTo(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
