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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that predicts: takes a batch when it is free, and tells what it cost. It serves all models of the node, with a
 * predictor of its own for each.
 */
final class Worker {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    /** What became of one input. */
    private sealed interface Answer {

        record Row(Prediction row) implements Answer {}

        record Failed(InferenceException why) implements Answer {}
    }

    /** How soon a wait for the end notices that the worker was given up. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Crew crew;
    private final Batcher<Slot> batcher;
    private final Thread thread;
    private final Runnable onTriedOut;
    private Map<String, BatchPredictor> predictors;
    private long batches;
    private volatile boolean triedOut;
    private volatile boolean givenUp;
    private volatile Optional<KernelThread> kernelThread = Optional.empty();

    /** @param ready a predictor for each model */
    Worker(Crew crew, String name, Map<String, BatchPredictor> ready) {
        this(crew, name, ready, true, () -> {});
    }

    /**
     * One that takes another's place: it makes its predictors itself, on its own thread, as who starts it has others to watch.
     *
     * @param onTriedOut called when its predictors were seen to work, before its first batch
     */
    Worker(Crew crew, String name, Runnable onTriedOut) {
        this(crew, name, Map.of(), false, onTriedOut);
    }

    private Worker(Crew crew, String name, Map<String, BatchPredictor> ready, boolean triedOut, Runnable onTriedOut) {
        this.crew = crew;
        this.batcher = crew.batcher();
        this.predictors = ready;
        this.triedOut = triedOut;
        this.onTriedOut = onTriedOut;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    String name() {
        return thread.getName();
    }

    /** It is stuck, and what CPU it takes others could use. */
    void giveUp() {
        givenUp = true;
        kernelThread.ifPresent(KernelThread::makeRoom);
    }

    /** Waits for its end, but not for one that was given up or is tried out; false when it still runs. */
    boolean join() throws InterruptedException {
        while (triedOut && !givenUp && !thread.join(LOOK_AGAIN)) {
            // it may be given up meanwhile
        }
        return !thread.isAlive();
    }

    private void run() {
        boolean done = false;
        kernelThread = KernelThread.current();
        try {
            if (!triedOut) {
                predictors = crew.newPredictors();
                if (crew.tryOut(this, predictors)) {
                    onTriedOut.run();
                }
                triedOut = true;
            }
            serveAll();
            done = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done = true;
        } catch (RuntimeException | Error e) {
            log.error("{} cannot go on", name(), e);
        } finally {
            predictors.values().forEach(BatchPredictor::close);
            if (!done && !givenUp) {
                crew.died(this, batches > 0);
            }
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
        List<Answer> answers = predict(batch);
        long cpuNanos = crew.clocks().threadCpuNanos().getAsLong() - cpu;
        if (!crew.end(watch)) {
            return false;
        }
        batches++;
        try {
            learn(batch, answers, cpuNanos, now() - busySince);
            // before the answers go out, so that the report that goes with them is true
            batcher.finished(batch);
            tell(batch, answers);
            record(batch, begun, now());
        } catch (RuntimeException | Error e) {
            log.error("a batch for {} could not be answered", batch.lane().name(), e);
            tell(batch, List.of(failed(e)));
        } finally {
            batcher.finished(batch);
        }
        return true;
    }

    /** What became of each input, in their order; whatever happens, the worker lives on. */
    private List<Answer> predict(Batch<Slot> batch) {
        List<Example> inputs =
                batch.inputs().stream().map(input -> input.payload().example()).toList();
        try {
            return predict(batch.lane().name(), inputs);
        } catch (RuntimeException | Error e) {
            log.error("a batch of {} for {} failed", inputs.size(), batch.lane().name(), e);
            return e instanceof RuntimeException && inputs.size() > 1
                    ? inputs.stream()
                            .flatMap(input -> alone(batch.lane().name(), input))
                            .toList()
                    : inputs.stream().map(input -> failed(e)).toList();
        }
    }

    private List<Answer> predict(String model, List<Example> inputs) {
        BatchPredictor predictor = predictors.get(model);
        if (predictor == null) {
            throw new IllegalStateException("no predictor for " + model);
        }
        List<? extends Prediction> rows = predictor.predict(inputs);
        if (rows.size() != inputs.size()) {
            throw new IllegalStateException(
                    "model " + model + " gave " + rows.size() + " rows for " + inputs.size() + " inputs");
        }
        return rows.stream().map(row -> (Answer) new Answer.Row(row)).toList();
    }

    /** Of a batch that failed, most inputs are innocent. */
    private Stream<Answer> alone(String model, Example input) {
        try {
            return predict(model, List.of(input)).stream();
        } catch (RuntimeException e) {
            return Stream.of(failed(e));
        }
    }

    private static Answer failed(Throwable cause) {
        return new Answer.Failed(new InferenceException.EngineFailed("The engine failed on this request.", cause));
    }

    /** Only from what went well: a failure is fast or slow for reasons of its own. */
    private void learn(Batch<Slot> batch, List<Answer> answers, long cpuNanos, long busyNanos) {
        if (answers.stream().allMatch(Answer.Row.class::isInstance)) {
            crew.served(batch.lane().name()).cost().observe(answers.size(), batch.realTokens(), cpuNanos / 1e3);
            crew.rate().observe(batch.work(), busyNanos);
        }
    }

    /** @param answers one for each input, or one for all */
    private static void tell(Batch<Slot> batch, List<Answer> answers) {
        for (int i = 0; i < batch.inputs().size(); i++) {
            Slot slot = batch.inputs().get(i).payload();
            switch (answers.get(Math.min(i, answers.size() - 1))) {
                case Answer.Row(Prediction row) -> slot.request().put(slot.index(), row);
                case Answer.Failed(InferenceException why) -> slot.request().fail(why);
            }
        }
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

    private long now() {
        return crew.clocks().nanoTime().getAsLong();
    }
}
