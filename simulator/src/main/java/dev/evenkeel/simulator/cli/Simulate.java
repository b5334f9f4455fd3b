package dev.evenkeel.simulator.cli;

import dev.evenkeel.simulator.report.Cell;
import dev.evenkeel.simulator.report.Csv;
import dev.evenkeel.simulator.report.Grid;
import dev.evenkeel.simulator.report.Peers;
import dev.evenkeel.simulator.report.Plan;
import dev.evenkeel.simulator.report.Plot;
import dev.evenkeel.simulator.report.Plots;
import dev.evenkeel.simulator.report.PolicyTable;
import dev.evenkeel.simulator.report.Published;
import dev.evenkeel.simulator.report.ReportFiles;
import dev.evenkeel.simulator.report.ReportPlan;
import dev.evenkeel.simulator.report.Row;
import dev.evenkeel.simulator.report.Rows;
import dev.evenkeel.simulator.report.Run;
import dev.evenkeel.simulator.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/evenkeel simulate}: policies in scenarios, as a table, raw figures and charts; or the whole report. */
@Command(
        name = "bin/evenkeel simulate",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs policies in a simulated fleet. The runs of a scenario are the same for every policy.")
public final class Simulate implements Callable<Integer> {

    private static final int SEEDS = 3;
    private static final int QUICK_SEEDS = 2;

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description = "one or several of ${COMPLETION-CANDIDATES} (public-cell)",
            completionCandidates = Names.class)
    private List<String> scenarios = List.of("public-cell");

    @Option(
            names = "--policy",
            arity = "1..*",
            paramLabel = "SPEC",
            description = "one or several, as in --policy least-work --policy prequal:q-rif=0.5,pool=8"
                    + " (least-work, all peers and oracle)")
    private List<String> policies = Peers.everybody();

    @Option(names = "--kind", split = ",", paramLabel = "KIND", description = "of nodes: batch, fifo, ps")
    private List<String> kinds = new ArrayList<>();

    @Option(names = "--nodes", split = ",", paramLabel = "N", description = "how many, 1 or more")
    private List<Integer> nodes = new ArrayList<>();

    @Option(names = "--gateways", split = ",", paramLabel = "N", description = "how many, 1 or more")
    private List<Integer> gateways = new ArrayList<>();

    @Option(names = "--load", split = ",", paramLabel = "SHARE", description = "of what the fleet can do, as in 0.9")
    private List<Double> loads = new ArrayList<>();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "how many; the seeds are 1 to N (3; for a report 10, for a quick one 2)")
    private Optional<Integer> seeds = Optional.empty();

    @Option(names = "--out", paramLabel = "DIR", description = "writes runs.csv and charts there")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "instead of all this, makes simulation.md there, with raw figures and charts in simulation/;"
                    + " runs that it has already are not made again")
    private Optional<Path> report = Optional.empty();

    @Option(names = "--quick", description = "a report of few runs, to try whether it can be made")
    private boolean isQuick;

    @Option(names = "--fresh", description = "a report that makes all of its runs again")
    private boolean isFresh;

    @Option(names = "--threads", paramLabel = "N", description = "how many runs at a time (one for each processor)")
    private int threads = Runtime.getRuntime().availableProcessors();

    @SuppressWarnings("unused") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    private boolean isHelp;

    private final PrintWriter terminal;

    Simulate(PrintWriter terminal) {
        this.terminal = terminal;
    }

    public static void main(String[] args) {
        PrintWriter terminal = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(commandLine(terminal, new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .execute(args));
    }

    /** The command, which answers what is wrong by a sentence and status 2 when it was asked for, and else 1. */
    static CommandLine commandLine(PrintWriter terminal, PrintWriter errors) {
        return new CommandLine(new Simulate(terminal))
                .setOut(terminal)
                .setErr(errors)
                .setParameterExceptionHandler((e, _) -> complain(errors, e, 2))
                .setExecutionExceptionHandler(
                        (e, _, _) -> complain(errors, e, e instanceof IllegalArgumentException ? 2 : 1));
    }

    private static int complain(PrintWriter errors, Exception e, int status) {
        errors.println("evenkeel: " + (e instanceof IOException ? "cannot read or write " : "") + e.getMessage());
        return status;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Choice.check("--threads", threads, threads >= 1, "1 or more");
        seeds.ifPresent(given -> Choice.check("--seeds", given, given >= 1, "1 or more"));
        Runner runner = new Runner(threads);
        if (report.isPresent()) {
            Plan plan = isQuick
                    ? ReportPlan.quick(seeds.orElse(QUICK_SEEDS))
                    : ReportPlan.full(seeds.orElse(ReportPlan.SEEDS));
            ReportFiles files = new ReportFiles(report.get());
            int made = new Report(files, runner).make(plan, isFresh);
            terminal.printf(
                    "%s: %d runs, %d of them new%n",
                    files.document(), plan.runs().size(), made);
        } else {
            simulate(runner);
        }
        return 0;
    }

    private void simulate(Runner runner) throws IOException, InterruptedException {
        Grid grid = Choice.check(new Grid(scenarios, kinds, nodes, gateways, loads, policies));
        Plan plan = Plan.of(List.of(grid), seeds.orElse(SEEDS));
        List<Row> list = runner.run(plan.runs(), _ -> {});
        Rows rows = new Rows(list);
        for (Cell cell : rows.cells()) {
            terminal.println(cell);
            terminal.println(TextTable.of(PolicyTable.of(rows, cell, policies)));
        }
        if (rows.cells().stream().anyMatch(Published::knows)) {
            terminal.println("Published p99 are of 20 clients; for prequal of the best of its parameters.");
        }
        if (out.isPresent()) {
            write(rows, out.get());
        }
    }

    private void write(Rows rows, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path runs = directory.resolve("runs.csv");
        Files.write(
                runs,
                Stream.concat(Stream.of(Csv.HEADER), rows.all().stream().map(Csv::line))
                        .toList());
        for (Plot plot : Plots.overLoad(rows)) {
            Charts.draw(plot, directory);
        }
        for (Cell cell : rows.cells()) {
            for (String policy : rows.policies(cell)) {
                Charts.draw(Report.shares(new Run(cell, policy, 1)), directory);
            }
        }
        terminal.println("raw figures: " + runs + "; charts beside it");
    }

    /** The scenarios, for the help. */
    static final class Names implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Scenarios.names().iterator();
        }
    }
}
