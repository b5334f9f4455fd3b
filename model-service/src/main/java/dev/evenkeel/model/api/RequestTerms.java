package dev.evenkeel.model.api;

import dev.evenkeel.batcher.Priority;
import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.RunOptions;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a request's headers how it is to be run.
 *
 * @param longest time that a request is given when it asks for none, and at most
 */
record RequestTerms(Duration longest) {

    RunOptions of(HttpServletRequest request, boolean truncate) {
        return new RunOptions(
                truncate,
                priority(request.getHeader(Headers.PRIORITY)),
                timeout(request.getHeader(Headers.TIMEOUT)),
                Optional.ofNullable(request.getHeader(Headers.REQUEST_ID)));
    }

    /**
     * The same, and what Triton's clients set in the body's {@code parameters}: {@code priority}, of which 0 and 1 are
     * interactive and all above bulk, and {@code timeout} in microseconds, 0 for none. Of two timeouts the shorter holds;
     * of two priorities bulk.
     */
    RunOptions of(HttpServletRequest request, boolean truncate, Fields parameters) {
        RunOptions options = of(request, truncate);
        boolean bulk = parameters.number("priority", 0, Integer.MAX_VALUE).orElse(0) > 1;
        long micros = parameters.longNumber("timeout").orElse(0);
        Duration timeout = micros == 0 ? longest : Duration.of(micros, ChronoUnit.MICROS);
        return new RunOptions(
                truncate,
                bulk ? Priority.BULK : options.priority(),
                timeout.compareTo(options.timeout()) < 0 ? timeout : options.timeout(),
                options.id());
    }

    private static Priority priority(@Nullable String value) {
        return switch (value == null ? "interactive" : value.toLowerCase(Locale.ROOT)) {
            case "interactive" -> Priority.INTERACTIVE;
            case "bulk" -> Priority.BULK;
            default ->
                throw Problem.invalid(
                        Headers.PRIORITY,
                        "The header " + Headers.PRIORITY + " is '" + value + "'; it must be interactive or bulk.");
        };
    }

    private Duration timeout(@Nullable String value) {
        if (value == null) {
            return longest;
        }
        try {
            long millis = Long.parseLong(value.strip());
            if (millis > 0) {
                return Duration.ofMillis(Math.min(millis, longest.toMillis()));
            }
        } catch (NumberFormatException e) {
            // said below, as for a number that is none of a time
        }
        throw Problem.invalid(
                Headers.TIMEOUT,
                "The header " + Headers.TIMEOUT + " is '" + value + "'; it must be a number of milliseconds above 0.");
    }
}
