package dev.evenkeel.model.inference;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why there is no answer; the message is for the client. */
public abstract sealed class InferenceException extends RuntimeException {

    private InferenceException(String message) {
        this(message, null);
    }

    /** Without a stack: an overloaded node throws more of these than it answers, and they say what happened, not where. */
    private InferenceException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }

    /** An input cannot be predicted, whenever it is sent. */
    public static final class InvalidInput extends InferenceException {

        private final int index;

        InvalidInput(int index, String message) {
            super(message);
            this.index = index;
        }

        /** Which of the inputs. */
        public int index() {
            return index;
        }
    }

    /** The request as a whole needs more memory than one request may have. */
    public static final class TooLarge extends InferenceException {

        TooLarge(String message) {
            super(message);
        }
    }

    /** There is no room for it now. */
    public static final class Overloaded extends InferenceException {

        /** What there is no room in. */
        public enum Reason {
            QUEUE,
            MEMORY
        }

        private final Reason reason;
        private final long retryAfterMillis;

        private Overloaded(Reason reason, String what, long retryAfterMillis) {
            super(what + "; try again in " + retryAfterMillis + " ms.");
            this.reason = reason;
            this.retryAfterMillis = retryAfterMillis;
        }

        static Overloaded queueFull(long retryAfterMillis) {
            return new Overloaded(Reason.QUEUE, "The node's queue is full", retryAfterMillis);
        }

        static Overloaded memoryTight(long retryAfterMillis) {
            return new Overloaded(Reason.MEMORY, "The node's memory is nearly full", retryAfterMillis);
        }

        public Reason reason() {
            return reason;
        }

        /** By when there is room at the present rate. */
        public long retryAfterMillis() {
            return retryAfterMillis;
        }
    }

    /** The time that the request was given has passed. */
    public static final class DeadlineExceeded extends InferenceException {

        DeadlineExceeded(Duration timeout) {
            super("There was no answer within the request's " + timeout.toMillis() + " ms.");
        }
    }

    /** Somebody cancelled it; nobody waits for the answer. */
    public static final class Cancelled extends InferenceException {

        Cancelled() {
            super("The request was cancelled.");
        }
    }

    /** The node is not ready yet, or not any more. */
    public static final class Unavailable extends InferenceException {

        Unavailable(String message) {
            super(message);
        }
    }

    /** The engine failed. */
    public static final class EngineFailed extends InferenceException {

        EngineFailed(String message, Throwable cause) {
            super(message, cause);
        }

        /** It has not failed yet, but nobody waits for it any more. */
        static EngineFailed stuck() {
            return new EngineFailed(
                    "The engine did not come back from this request.", new IllegalStateException("stuck"));
        }
    }
}
