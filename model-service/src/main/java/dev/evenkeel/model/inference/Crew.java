package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Batch;
import dev.evenkeel.batcher.Batcher;
import dev.evenkeel.load.measure.WorkRate;
import dev.evenkeel.model.health.Watchdog;
import dev.evenkeel.model.inference.PendingRequest.Slot;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.report.NodeMeters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker threads. One that does not come back from the engine is given up: its requests are told, and another thread
 * with predictors of its own takes its place, which the node is stalled for until they are seen to work. A native call
 * cannot be ended, so the one that is stuck stays until it comes back, if ever, and then finds itself replaced.
 */
final class Crew {

    private static final Logger log = LoggerFactory.getLogger(Crew.class);

    private final Batcher<Slot> batcher;
    private final Inference.Clocks clocks;
    private final WorkRate rate;
    private final Watchdog watchdog;
    private final NodeMeters meters;
    private final int size;
    private final Map<String, Served> models;
    private final Warmup warmup;
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private volatile boolean watched;
    private int hired;

    /** @param size threads that predict at once */
    Crew(
            Batcher<Slot> batcher,
            Inference.Clocks clocks,
            WorkRate rate,
            Watchdog watchdog,
            NodeMeters meters,
            int size,
            Map<String, Served> models,
            Warmup warmup) {
        this.batcher = batcher;
        this.clocks = clocks;
        this.rate = rate;
        this.watchdog = watchdog;
        this.meters = meters;
        this.size = size;
        this.models = models;
        this.warmup = warmup;
    }

    /** Starts one more worker, whose predictors are warm before it has its first batch. */
    void hire() {
        Map<String, BatchPredictor> predictors = newPredictors();
        predictors.forEach((name, predictor) ->
                warmup.warm(predictor, served(name).encoder().sample()));
        start(new Worker(this, nextName(), predictors));
    }

    /** From now on predictions are watched. */
    void watch() {
        watched = true;
    }

    /**
     * Waits for the workers after the batcher was drained.
     *
     * @return whether all came back, those given up included; if not, models are still in use
     */
    boolean join() throws InterruptedException {
        boolean all = true;
        int known = -1;
        // one may be replaced while another is waited for
        while (known != workers.size()) {
            known = workers.size();
            all = true;
            for (Worker worker : workers) {
                all &= worker.join();
            }
        }
        return all;
    }

    Watchdog.Watch begin(Worker worker, Batch<Slot> batch) {
        double padding = batch.realTokens() > 0 ? (double) batch.paddedTokens() / batch.realTokens() : 1;
        return watchdog.begin(
                watched ? expectedNanos(batch.work() * padding) : Double.POSITIVE_INFINITY,
                watch -> giveUp(worker, batch, watch));
    }

    private double expectedNanos(double work) {
        return work / (rate.perSecond() / size) * 1e9;
    }

    boolean end(Watchdog.Watch watch) {
        return watchdog.end(watch);
    }

    private void giveUp(Worker stuck, Batch<Slot> batch, Watchdog.Watch watch) {
        stuck.giveUp();
        if (batcher.finished(batch)) {
            batch.inputs().forEach(input -> input.payload().request().fail(InferenceException.EngineFailed.stuck()));
        }
        meters.stalled();
        meters.workerReplaced();
        log.error(
                "STALLED: a batch of {} ({} tokens, {} padded) for {} did not come back in time; a new worker takes over",
                batch.inputs().size(),
                batch.realTokens(),
                batch.paddedTokens(),
                batch.lane().name());
        start(new Worker(this, nextName(), () -> {
            log.warn("another worker has taken the place of {}: the node is not stalled any more", stuck.name());
            watchdog.replaced(watch);
        }));
    }

    private synchronized String nextName() {
        return "predict-" + hired++;
    }

    private void start(Worker worker) {
        workers.add(worker);
        worker.start();
    }

    /**
     * One call of each model by a worker that begins beside another's stuck one, watched as any: an engine may hang as a
     * whole.
     *
     * @return whether all came back with something
     */
    boolean tryOut(Worker worker, Map<String, BatchPredictor> predictors) {
        try {
            predictors.forEach((name, predictor) -> {
                Served model = served(name);
                Example sample = model.encoder().sample();
                Watchdog.Watch watch = watchdog.begin(
                        expectedNanos((double) model.cost().cost().of(sample.length())),
                        _ -> log.error("{} took over, and does not come back from {} either", worker.name(), name));
                try {
                    predictor.predict(List.of(sample));
                } finally {
                    watchdog.end(watch);
                }
            });
            return true;
        } catch (RuntimeException e) {
            log.error("{} took over, and the engine fails: the node stays stalled", worker.name(), e);
            return false;
        }
    }

    /** One for each model, not warm. */
    Map<String, BatchPredictor> newPredictors() {
        Map<String, BatchPredictor> predictors = new LinkedHashMap<>();
        try {
            models.forEach((name, model) -> predictors.put(name, model.model().newPredictor()));
        } catch (RuntimeException | Error e) {
            predictors.values().forEach(BatchPredictor::close);
            throw e;
        }
        return predictors;
    }

    /**
     * A worker ended by what it could not handle: its place is taken, but not by one after the other that cannot even
     * begin.
     *
     * @param hadBegun it served a batch before
     */
    void died(Worker worker, boolean hadBegun) {
        workers.remove(worker);
        if (!hadBegun) {
            watchdog.condemn();
            return;
        }
        try {
            start(new Worker(this, nextName(), () -> {}));
        } catch (RuntimeException | Error e) {
            log.error("no worker takes the place of {}", worker.name(), e);
            watchdog.condemn();
        }
    }

    /** A worker that was given up came back, with an answer that nobody waits for. */
    void cameBack(Worker worker) {
        workers.remove(worker);
        log.warn("{} came back after it was given up; the node is no longer stalled by it", worker.name());
    }

    Served served(String model) {
        Served served = models.get(model);
        if (served == null) {
            throw new IllegalStateException("nothing is served as " + model);
        }
        return served;
    }

    Batcher<Slot> batcher() {
        return batcher;
    }

    Inference.Clocks clocks() {
        return clocks;
    }

    WorkRate rate() {
        return rate;
    }

    NodeMeters meters() {
        return meters;
    }
}
