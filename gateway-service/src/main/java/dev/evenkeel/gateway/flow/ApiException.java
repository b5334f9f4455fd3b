package dev.evenkeel.gateway.flow;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Ends a request with an error that its client is told, in the shape of the API that it called. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpStatus status;

    @Nullable
    private final Duration retryAfter;

    /** An error that trying again does not mend. */
    public ApiException(HttpStatus status, String message) {
        this(status, message, null);
    }

    /**
     * An error that may pass.
     *
     * @param retryAfter when to try again; told the client in whole seconds, rounded up
     */
    public ApiException(HttpStatus status, String message, @Nullable Duration retryAfter) {
        // an answer, not a fault: nobody reads its stack
        super(message, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter == null
                ? null
                : Duration.ofSeconds(retryAfter.plusMillis(999).toSeconds());
    }

    public HttpStatus status() {
        return status;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** What the client is told. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
