package dev.evenkeel.model.inference;

/** Why there is no answer; the message is for the client. */
public abstract sealed class InferenceException extends RuntimeException {

    private InferenceException(String message) {
        super(message);
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

    /** The queue is full. */
    public static final class Overloaded extends InferenceException {

        private final long retryAfterMillis;

        Overloaded(long retryAfterMillis) {
            super("The node's queue is full; try again in " + retryAfterMillis + " ms.");
            this.retryAfterMillis = retryAfterMillis;
        }

        /** By when there is room at the present rate. */
        public long retryAfterMillis() {
            return retryAfterMillis;
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
            super(message);
            initCause(cause);
        }
    }
}
