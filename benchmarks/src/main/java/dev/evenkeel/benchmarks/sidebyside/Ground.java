package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.load.ClosedLoop;
import dev.evenkeel.benchmarks.load.Target;
import dev.evenkeel.benchmarks.node.Bench;
import dev.evenkeel.benchmarks.run.Options;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What all subjects stand on: the nodes behind them, the texts that are sent, and how who stands there is warmed. */
final class Ground {

    /** A full batch in each node, always; not the most that it finishes, which takes {@link Fleet#SATURATED}. */
    static final int FULL_BATCH = 8;

    /** Of a warm-up, the end that is measured. */
    static final Duration LAST_WARM = Duration.ofSeconds(3);

    /** A gateway that stood still needs this long to hear of every node again. */
    static final Duration SETTLE = Duration.ofSeconds(3);

    /** Of a gateway that is warmed. */
    private static final int WARM_UP_CLIENTS = 32;

    private final Bench bench;
    private final Fleet fleet;

    /** Tells the texts of all runs apart. */
    private int runNumber;

    Ground(Bench bench, Fleet fleet) {
        this.bench = bench;
        this.fleet = fleet;
    }

    Bench bench() {
        return bench;
    }

    Options options() {
        return bench.options();
    }

    Fleet fleet() {
        return fleet;
    }

    /** After which a request without an answer has failed. */
    Duration timeLimit() {
        return options().seconds("time-limit");
    }

    /** Those of a scenario for one run, which no cache has seen. */
    Texts texts(Scenario scenario, long seed) {
        return texts(Bench.MODEL, scenario.isMixed(), seed);
    }

    /** The same for another model. */
    Texts texts(String model, boolean isMixed, long seed) {
        return new Texts(model, isMixed, seed, runNumber++);
    }

    /** Nodes that are not limited yet, or one that has just come, with full batches for so long. */
    void warm(Client client, List<Target> targets, Duration time) throws InterruptedException {
        double[] rates = ClosedLoop.run(
                client, targets, texts(Scenario.UNIFORM, 2), FULL_BATCH, time.minus(LAST_WARM), LAST_WARM);
        bench.results().progress("nodes are warm: %s/s, not limited yet", Arrays.toString(rates));
    }

    /** What a subject finishes a second, at the end of a warm-up by clients that send again as soon as they are answered. */
    double warm(Client client, Subject subject, Texts texts, Duration time) throws InterruptedException {
        return ClosedLoop.run(
                client, List.of(subject.target()), texts, WARM_UP_CLIENTS, time.minus(LAST_WARM), LAST_WARM)[0];
    }
}
