package dev.evenkeel.model.inference;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A request whose inputs come back one by one, in whatever order. */
final class PendingRequest {

    /** One input, with the place where its row goes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and a list of boxed ids would be ten times the size
    record Slot(PendingRequest request, int index, int[] ids) {}

    private final float[][] rows;
    private final AtomicInteger missing;
    private final CompletableFuture<List<float[]>> answer = new CompletableFuture<>();

    PendingRequest(int inputs) {
        this.rows = new float[inputs][];
        this.missing = new AtomicInteger(inputs);
    }

    void put(int index, float[] row) {
        rows[index] = row;
        if (missing.decrementAndGet() == 0) {
            answer.complete(Arrays.asList(rows));
        }
    }

    void fail(InferenceException why) {
        answer.completeExceptionally(why);
    }

    CompletableFuture<List<float[]>> answer() {
        return answer;
    }
}
