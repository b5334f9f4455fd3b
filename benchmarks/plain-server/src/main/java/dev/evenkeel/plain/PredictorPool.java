package dev.evenkeel.plain;

import ai.djl.inference.Predictor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** DJL's predictors, which are one thread's at a time: whoever wants one waits. */
final class PredictorPool implements AutoCloseable {

    /** Of inputs in a call; more of one request are several calls. The node's batches are as large. */
    static final int MAX_BATCH = 8;

    private final List<Predictor<List<long[]>, float[][]>> all = new ArrayList<>();
    private final BlockingQueue<Predictor<List<long[]>, float[][]>> idle;

    PredictorPool(Encoder encoder, int workers) {
        for (int i = 0; i < workers; i++) {
            all.add(encoder.newPredictor());
        }
        // fair: first come, first served, or some wait without bounds
        idle = new ArrayBlockingQueue<>(workers, true, all);
    }

    /** A vector for each row of token ids. */
    List<float[]> predict(List<long[]> rows) {
        List<float[]> vectors = new ArrayList<>(rows.size());
        Predictor<List<long[]>, float[][]> predictor = take();
        try {
            for (int i = 0; i < rows.size(); i += MAX_BATCH) {
                List<long[]> batch = rows.subList(i, Math.min(rows.size(), i + MAX_BATCH));
                Collections.addAll(vectors, Encoder.predict(predictor, batch));
            }
        } finally {
            idle.add(predictor);
        }
        return vectors;
    }

    private Predictor<List<long[]>, float[][]> take() {
        try {
            return idle.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waited for a predictor", e);
        }
    }

    @Override
    public void close() {
        all.forEach(Predictor::close);
    }
}
