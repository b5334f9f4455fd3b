package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Batch;
import dev.evenkeel.batcher.Batcher;
import dev.evenkeel.batcher.Input;
import dev.evenkeel.model.inference.PendingRequest.Slot;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.report.WorkRate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that predicts: takes a batch when it is free, and tells what it cost. It serves all models of the node, with a
 * predictor of its own for each.
 */
final class Worker implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private final Map<String, Served> models;
    private final Map<String, BatchPredictor> predictors;
    private final Batcher<Slot> batcher;
    private final Inference.Clocks clocks;
    private final WorkRate rate;
    private final NodeMeters meters;

    Worker(
            Map<String, Served> models,
            Map<String, BatchPredictor> predictors,
            Batcher<Slot> batcher,
            Inference.Clocks clocks,
            WorkRate rate,
            NodeMeters meters) {
        this.models = models;
        this.predictors = predictors;
        this.batcher = batcher;
        this.clocks = clocks;
        this.rate = rate;
        this.meters = meters;
    }

    @Override
    public void run() {
        try {
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
                serve(batch.get(), busySince);
                busySince = now();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            predictors.values().forEach(BatchPredictor::close);
        }
    }

    /** The work leaves the books before the answers go out, so that the report that goes with them is true. */
    private void serve(Batch<Slot> batch, long busySince) {
        Runnable answers;
        try {
            answers = predict(batch, busySince);
        } catch (RuntimeException | Error e) {
            // whatever it is, the worker lives on: the requests are told, and so are the people
            log.error(
                    "a batch of {} for {} failed",
                    batch.inputs().size(),
                    batch.lane().name(),
                    e);
            answers = failing(batch, e);
        } finally {
            batcher.finished(batch);
        }
        answers.run();
    }

    private Runnable predict(Batch<Slot> batch, long busySince) {
        String name = batch.lane().name();
        Served model = models.get(name);
        BatchPredictor predictor = predictors.get(name);
        if (model == null || predictor == null) {
            throw new IllegalStateException("no predictor for " + name);
        }
        List<Tokens> ids = batch.inputs().stream()
                .map(input -> Tokens.of(input.payload().ids()))
                .toList();
        long cpu = clocks.threadCpuNanos().getAsLong();
        List<float[]> rows = predictor.predict(ids);
        cpu = clocks.threadCpuNanos().getAsLong() - cpu;
        if (rows.size() != ids.size()) {
            throw new IllegalStateException(
                    "model " + name + " gave " + rows.size() + " rows for " + ids.size() + " inputs");
        }
        long tokens = batch.inputs().stream().mapToLong(Input::tokens).sum();
        model.cost().observe(ids.size(), tokens, cpu / 1e3);
        rate.observe(batch.work(), now() - busySince);
        meters.batch(name, ids.size(), tokens, batcher.backlog().work());
        return () -> {
            for (int i = 0; i < ids.size(); i++) {
                Slot slot = batch.inputs().get(i).payload();
                slot.request().put(slot.index(), rows.get(i));
            }
        };
    }

    private static Runnable failing(Batch<Slot> batch, Throwable cause) {
        InferenceException why = new InferenceException.EngineFailed("The engine failed on this request.", cause);
        return () -> batch.inputs().forEach(input -> input.payload().request().fail(why));
    }

    private long now() {
        return clocks.nanoTime().getAsLong();
    }
}
