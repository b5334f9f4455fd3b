package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Batch;
import dev.evenkeel.batcher.Batcher;
import dev.evenkeel.batcher.Input;
import dev.evenkeel.model.health.Watchdog;
import dev.evenkeel.model.inference.PendingRequest.Slot;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.predict.Prediction;
import dev.evenkeel.model.report.NodeMeters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that predicts: takes a batch when it is free, and tells what it cost. It serves all models of the node, with a
 * predictor of its own for each.
 */
final class Worker {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    /** How soon a wait for the end notices that the worker was given up. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Crew crew;
    private final Batcher<Slot> batcher;
    private final Thread thread;
    private Map<String, BatchPredictor> predictors;
    private volatile boolean givenUp;

    /** @param ready a predictor for each model; none: it makes them when it starts */
    Worker(Crew crew, String name, Map<String, BatchPredictor> ready) {
        this.crew = crew;
        this.batcher = crew.batcher();
        this.predictors = ready;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    String name() {
        return thread.getName();
    }

    void giveUp() {
        givenUp = true;
    }

    /** Waits for its end, but not for one that was given up; false when it still runs. */
    boolean join() throws InterruptedException {
        while (!givenUp && !thread.join(LOOK_AGAIN)) {
            // it may be given up meanwhile
        }
        return !thread.isAlive();
    }

    private void run() {
        try {
            if (predictors.isEmpty()) {
                predictors = crew.newPredictors();
            }
            serveAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            predictors.values().forEach(BatchPredictor::close);
        }
    }

    private void serveAll() throws InterruptedException {
        // a worker that goes from batch to batch was busy in between too
        long busySince = now();
        while (true) {
            Optional<Batch<Slot>> batch = batcher.poll();
            if (batch.isEmpty()) {
                batch = batcher.next();
                busySince = now();
            }
            if (batch.isEmpty()) {
                return;
            }
            if (!serve(batch.get(), busySince)) {
                crew.cameBack(this);
                return;
            }
            busySince = now();
        }
    }

    /** False when it was given up meanwhile: everything is told then, and somebody else has its place. */
    private boolean serve(Batch<Slot> batch, long busySince) {
        Watchdog.Watch watch = crew.begin(this, batch);
        long begun = now();
        long cpu = crew.clocks().threadCpuNanos().getAsLong();
        Runnable answers;
        try {
            List<? extends Prediction> rows = predict(batch);
            long cpuNanos = crew.clocks().threadCpuNanos().getAsLong() - cpu;
            answers = () -> succeed(batch, rows, cpuNanos, begun, busySince);
        } catch (RuntimeException | Error e) {
            // whatever it is, the worker lives on: the requests are told, and so are the people
            answers = () -> fail(batch, e);
        }
        if (!crew.end(watch)) {
            return false;
        }
        answers.run();
        return true;
    }

    private List<? extends Prediction> predict(Batch<Slot> batch) {
        String name = batch.lane().name();
        BatchPredictor predictor = predictors.get(name);
        if (predictor == null) {
            throw new IllegalStateException("no predictor for " + name);
        }
        List<Example> inputs =
                batch.inputs().stream().map(input -> input.payload().example()).toList();
        List<? extends Prediction> rows = predictor.predict(inputs);
        if (rows.size() != inputs.size()) {
            throw new IllegalStateException(
                    "model " + name + " gave " + rows.size() + " rows for " + inputs.size() + " inputs");
        }
        return rows;
    }

    /** The work leaves the books before the answers go out, so that the report that goes with them is true. */
    private void succeed(
            Batch<Slot> batch, List<? extends Prediction> rows, long cpuNanos, long begun, long busySince) {
        long now = now();
        crew.served(batch.lane().name()).cost().observe(rows.size(), batch.realTokens(), cpuNanos / 1e3);
        crew.rate().observe(batch.work(), now - busySince);
        batcher.finished(batch);
        for (int i = 0; i < rows.size(); i++) {
            Slot slot = batch.inputs().get(i).payload();
            slot.request().put(slot.index(), rows.get(i));
        }
        record(batch, begun, now);
    }

    private void record(Batch<Slot> batch, long begun, long ended) {
        String model = batch.lane().name();
        NodeMeters meters = crew.meters();
        meters.batch(
                model,
                batch.inputs().size(),
                batch.realTokens(),
                batch.paddedTokens(),
                batcher.backlog().work());
        meters.predicted(model, ended - begun);
        for (Input<Slot> input : batch.inputs()) {
            meters.waited(model, begun - input.payload().offeredNanos());
        }
    }

    private void fail(Batch<Slot> batch, Throwable cause) {
        log.error(
                "a batch of {} for {} failed",
                batch.inputs().size(),
                batch.lane().name(),
                cause);
        batcher.finished(batch);
        InferenceException why = new InferenceException.EngineFailed("The engine failed on this request.", cause);
        batch.inputs().forEach(input -> input.payload().request().fail(why));
    }

    private long now() {
        return crew.clocks().nanoTime().getAsLong();
    }
}
