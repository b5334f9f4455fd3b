package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Flow;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;

/** What a failed attempt says of the node, and what the client is told when no other is left. */
final class Failures {

    private Failures() {}

    /** An answer came from another instance than the one that was picked. */
    static final class WrongInstance extends IOException {

        private static final long serialVersionUID = 1;

        WrongInstance(Endpoint expected) {
            super("another instance answers at the address of " + expected);
        }
    }

    /** True for failures of the node or of the way to it; what the client or the gateway did wrong is not one. */
    static boolean isOfNode(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof PoolAcquirePendingLimitException
                || isTimeout(failure);
    }

    static Outcome outcome(Throwable failure) {
        if (isTimeout(failure)) {
            return new Outcome.Timeout();
        }
        return new Outcome.Failure(failure instanceof IOException);
    }

    /** An answer's verdict on its node: what a client did wrong is the node's success. */
    static Outcome outcome(@Nullable HttpStatus status, HttpHeaders answer) {
        if (status == HttpStatus.TOO_MANY_REQUESTS) {
            return new Outcome.Overloaded(retryAfter(answer));
        }
        boolean failed = status == HttpStatus.FAILED_DEPENDENCY || (status != null && status.is5xxServerError());
        return failed ? new Outcome.Failure(false) : new Outcome.Success();
    }

    static ApiException answerTo(Flow flow, Throwable failure, Duration retryAfter) {
        if (isTimeout(failure)) {
            return new ApiException(HttpStatus.GATEWAY_TIMEOUT, "no node answered for '" + flow.model() + "' in time");
        }
        return new ApiException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "the nodes that serve '" + flow.model() + "' failed while answering",
                retryAfter);
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException
                || (failure instanceof ResponseStatusException status
                        && status.getStatusCode().isSameCodeAs(HttpStatus.GATEWAY_TIMEOUT));
    }

    private static Duration retryAfter(HttpHeaders answer) {
        String seconds = answer.getFirst(HttpHeaders.RETRY_AFTER);
        try {
            return seconds == null ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(seconds));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }
}
