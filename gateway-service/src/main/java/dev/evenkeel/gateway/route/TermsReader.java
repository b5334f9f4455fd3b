package dev.evenkeel.gateway.route;

import dev.evenkeel.gateway.flow.Api;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.RequestIds;
import dev.evenkeel.gateway.flow.Terms;
import dev.evenkeel.load.Headers;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/** Reads a request's terms from its headers. What a node would refuse is refused here, in the same words. */
final class TermsReader {

    private final RouteFilter.Deadlines deadlines;
    private final RequestIds ids;

    TermsReader(RouteFilter.Deadlines deadlines, RequestIds ids) {
        this.deadlines = deadlines;
        this.ids = ids;
    }

    /** The id that the client is told: its own, if that can be kept. */
    String idFor(HttpHeaders headers) {
        String given = headers.getFirst(Headers.REQUEST_ID);
        return given != null && RequestIds.mayBeKept(given) ? given : ids.next();
    }

    /** @throws ApiException when a header is not what it may be */
    Terms read(Api api, HttpHeaders headers, String id, long arrivedAt) {
        Duration timeout = timeout(api, headers.getFirst(Headers.TIMEOUT));
        return new Terms(
                id,
                // one that was made is unique as it is
                id.equals(headers.getFirst(Headers.REQUEST_ID)) ? id + '~' + ids.next() : id,
                arrivedAt,
                timeout,
                timeout.compareTo(deadlines.byDefault()) < 0,
                isBulk(api, headers.getFirst(Headers.PRIORITY)));
    }

    private Duration timeout(Api api, @Nullable String given) {
        if (given == null) {
            return deadlines.byDefault();
        }
        try {
            long millis = Long.parseLong(given.strip());
            if (millis > 0) {
                return Duration.ofMillis(Math.min(millis, deadlines.longest().toMillis()));
            }
        } catch (NumberFormatException _) {
            // said below, as for a number that is none of a time
        }
        throw invalid(api, Headers.TIMEOUT, given, "a number of milliseconds above 0");
    }

    private static boolean isBulk(Api api, @Nullable String given) {
        return switch (given == null ? "interactive" : given.toLowerCase(Locale.ROOT)) {
            case "interactive" -> false;
            case "bulk" -> true;
            default -> throw invalid(api, Headers.PRIORITY, String.valueOf(given), "interactive or bulk");
        };
    }

    private static ApiException invalid(Api api, String header, String given, String range) {
        HttpStatus status = api == Api.TEI ? HttpStatus.UNPROCESSABLE_CONTENT : HttpStatus.BAD_REQUEST;
        return new ApiException(status, "the header " + header + " is '" + given + "'; it must be " + range);
    }
}
