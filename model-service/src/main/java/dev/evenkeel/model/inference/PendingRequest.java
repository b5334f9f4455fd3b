package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.predict.Prediction;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A request whose inputs come back one by one, in whatever order. */
final class PendingRequest {

    /** One input, with the place where its row goes. */
    record Slot(PendingRequest request, int index, Example example, long offeredNanos) {}

    private final Prediction[] rows;
    private final AtomicInteger missing;
    private final CompletableFuture<List<Prediction>> answer = new CompletableFuture<>();

    PendingRequest(int inputs) {
        this.rows = new Prediction[inputs];
        this.missing = new AtomicInteger(inputs);
    }

    void put(int index, Prediction row) {
        rows[index] = row;
        if (missing.decrementAndGet() == 0) {
            answer.complete(Arrays.asList(rows));
        }
    }

    /** Has no effect once it is answered. */
    void fail(InferenceException why) {
        answer.completeExceptionally(why);
    }

    /** Inputs without a row. */
    int missing() {
        return missing.get();
    }

    CompletableFuture<List<Prediction>> answer() {
        return answer;
    }
}
