package dev.evenkeel.simulator.cli;

import dev.evenkeel.simulator.Simulation;
import dev.evenkeel.simulator.report.Plan;
import dev.evenkeel.simulator.report.Plot;
import dev.evenkeel.simulator.report.Plots;
import dev.evenkeel.simulator.report.ReportFiles;
import dev.evenkeel.simulator.report.ReportPlan;
import dev.evenkeel.simulator.report.Row;
import dev.evenkeel.simulator.report.Rows;
import dev.evenkeel.simulator.report.Run;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the report. Runs whose rows are there already are not made again, so it may be interrupted and asked for anew.
 *
 * @param files where it is
 * @param runner makes the runs
 */
record Report(ReportFiles files, Runner runner) {

    /**
     * Makes what is missing of a plan, then charts and text of all of it. Rows that the plan does not have are dropped,
     * but for those of scenarios that it does not have at all, which are run by themselves.
     *
     * @param isFresh no row that is there is taken
     * @return how many runs were made
     */
    int make(Plan plan, boolean isFresh) throws IOException, InterruptedException {
        Set<String> planned =
                plan.runs().stream().map(run -> run.cell().scenario()).collect(Collectors.toSet());
        List<Row> found = files.rows();
        if (isFresh) {
            found = found.stream()
                    .filter(row -> !planned.contains(row.run().cell().scenario()))
                    .toList();
            files.write(found);
        }
        Map<Run, Row> byRun = new LinkedHashMap<>();
        found.forEach(row -> byRun.put(row.run(), row));
        List<Run> missing =
                plan.runs().stream().filter(run -> !byRun.containsKey(run)).toList();
        runner.run(missing, this::append).forEach(row -> byRun.put(row.run(), row));

        List<Row> rows = new ArrayList<>();
        plan.runs().forEach(run -> rows.add(Objects.requireNonNull(byRun.get(run))));
        byRun.values().stream()
                .filter(row -> !planned.contains(row.run().cell().scenario()))
                .forEach(rows::add);
        files.write(rows);
        draw(new Rows(files.rows()));
        Files.writeString(files.document(), files.text());
        return missing.size();
    }

    private void append(Row row) {
        try {
            files.append(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void draw(Rows rows) throws IOException {
        List<Plot> plots = new ArrayList<>(Plots.usual(rows));
        for (Run run : ReportPlan.shares()) {
            if (rows.policies(run.cell()).contains(run.policy())) {
                Plot shares = shares(run);
                Files.write(files.directory().resolve(shares.name() + ".csv"), shares.csv());
                plots.add(shares);
            }
        }
        for (Plot plot : plots) {
            Charts.draw(plot, files.directory());
        }
        files.keepCharts(plots.stream().map(Plot::name).collect(Collectors.toSet()));
    }

    static Plot shares(Run run) {
        Scenario scenario = run.cell().simulated();
        Result result = Simulation.run(scenario, run.policy(), run.seed());
        double seconds = scenario.warmupSeconds() + scenario.seconds();
        return Plots.shares(run, result.sentByNode(), seconds / (result.sentByNode()[0].length - 1));
    }
}
