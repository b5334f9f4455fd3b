package dev.evenkeel.model.predict;

/** The engine failed on a batch; the inputs may be innocent. */
public final class PredictionException extends RuntimeException {

    public PredictionException(String message, Throwable cause) {
        super(message, cause);
    }
}
