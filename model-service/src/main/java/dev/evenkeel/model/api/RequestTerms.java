package dev.evenkeel.model.api;

import dev.evenkeel.batcher.Priority;
import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.RunOptions;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
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
