package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.InferenceException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Why a request gets no answer, in no API's shape yet. */
final class Problem extends RuntimeException {

    enum Kind {
        /** The body is not JSON. */
        MALFORMED,
        /** A field is missing, of the wrong type or out of range. */
        INVALID,
        /** There is nothing to predict. */
        EMPTY,
        /** Too many inputs, or one that is too long. */
        LIMIT,
        /** The body is too large. */
        TOO_LARGE,
        UNKNOWN_MODEL,
        UNKNOWN_PATH,
        WRONG_METHOD,
        /** The queue is full. */
        OVERLOADED,
        /** The node warms up or shuts down. */
        UNAVAILABLE,
        /** The time that the request was given has passed. */
        TIMEOUT,
        /** Nobody waits for the answer. */
        CANCELLED,
        /** The engine failed. */
        BACKEND
    }

    private final Kind kind;
    private final @Nullable String field;
    private final long retryAfterMillis;

    Problem(Kind kind, @Nullable String field, String message, long retryAfterMillis) {
        // without a stack: it is an answer, and an overloaded node gives many
        super(message, null, false, false);
        this.kind = kind;
        this.field = field;
        this.retryAfterMillis = retryAfterMillis;
    }

    Problem(Kind kind, @Nullable String field, String message) {
        this(kind, field, message, 0);
    }

    static Problem invalid(String field, String message) {
        return new Problem(Kind.INVALID, field, message);
    }

    /** @param field where each of the inputs stands in the body, by its number */
    static Problem of(InferenceException why, IntFunction<String> field) {
        return switch (why) {
            case InferenceException.InvalidInput invalid ->
                new Problem(
                        Kind.LIMIT,
                        field.apply(invalid.index()),
                        "`" + field.apply(invalid.index()) + "`: " + invalid.getMessage());
            case InferenceException.Overloaded full ->
                new Problem(Kind.OVERLOADED, null, message(full), full.retryAfterMillis());
            case InferenceException.TooLarge large -> new Problem(Kind.TOO_LARGE, field.apply(0), message(large));
            case InferenceException.DeadlineExceeded late -> new Problem(Kind.TIMEOUT, null, message(late));
            case InferenceException.Cancelled gone -> new Problem(Kind.CANCELLED, null, message(gone));
            case InferenceException.Unavailable not -> new Problem(Kind.UNAVAILABLE, null, message(not), 1_000);
            case InferenceException.EngineFailed failed -> new Problem(Kind.BACKEND, null, message(failed));
        };
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    String field() {
        return field;
    }

    String text() {
        return message(this);
    }

    /** 0 when trying again does not help. */
    long retryAfterMillis() {
        return retryAfterMillis;
    }
}
