package dev.evenkeel.simulator.cli;

import dev.evenkeel.simulator.Simulation;
import dev.evenkeel.simulator.report.Row;
import dev.evenkeel.simulator.report.Run;
import dev.evenkeel.simulator.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Spreads runs over threads. A run has one thread and depends on nothing but its seed, so results are the same for any
 * number of threads.
 *
 * @param threads at least 1
 */
record Runner(int threads) {

    /**
     * Makes all runs.
     *
     * @param done is told each row once it is there, one at a time, in any order
     * @return rows in the order of the runs
     */
    List<Row> run(List<Run> runs, Consumer<Row> done) throws InterruptedException {
        List<Future<Row>> futures = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads);
                Progress progress = Progress.of(runs.size())) {
            for (Run run : runs) {
                futures.add(pool.submit(() -> {
                    Row row = run(run);
                    synchronized (progress) {
                        done.accept(row);
                        progress.step();
                    }
                    return row;
                }));
            }
            List<Row> rows = new ArrayList<>();
            try {
                for (Future<Row> future : futures) {
                    rows.add(future.get());
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            }
            return rows;
        }
    }

    private static Row run(Run run) {
        Scenario scenario = run.cell().simulated();
        return Row.of(run, scenario, Simulation.run(scenario, run.policy(), run.seed()));
    }
}
