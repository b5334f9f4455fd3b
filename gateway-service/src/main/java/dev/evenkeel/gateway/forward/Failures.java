package dev.evenkeel.gateway.forward;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.ApiException;
import dev.evenkeel.gateway.flow.Flow;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.CodecException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** What a failed attempt says of the node, and what the client is told when no other is left. */
final class Failures {

    /** Told when no node can answer: a node that restarts is back in a few seconds. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Failures() {}

    /** An answer came from another instance than the one that was picked. */
    static final class WrongInstance extends IOException {

        private static final long serialVersionUID = 1;

        WrongInstance(Endpoint expected) {
            super("another instance answers at the address of " + expected);
        }
    }

    /** The node answered that a prediction does not come back, and this request was in it. */
    static final class Stuck extends IOException {

        private static final long serialVersionUID = 1;

        Stuck(Endpoint node) {
            super(node + " is stalled, and failed the request");
        }
    }

    /** True for failures of the node or of the way to it; what the client or the gateway did wrong is not one. */
    static boolean isOfNode(Throwable failure) {
        return failure instanceof IOException || isTimeout(failure) || isGarbage(failure);
    }

    /** What came from the node is no HTTP: Netty's codec said so, of whose failures not all have a type of their own. */
    private static boolean isGarbage(Throwable failure) {
        return failure instanceof CodecException
                || (failure instanceof IllegalArgumentException
                        && Arrays.stream(failure.getStackTrace())
                                .anyMatch(frame -> frame.getClassName().startsWith("io.netty.handler.codec.http.")));
    }

    static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException
                || (failure instanceof ResponseStatusException status
                        && status.getStatusCode().isSameCodeAs(HttpStatus.GATEWAY_TIMEOUT));
    }

    /** True when the node had the request, as far as anyone can tell, and is gone or has fallen silent with it. */
    static boolean wasInside(Throwable failure) {
        return isOfNode(failure)
                && !isTimeout(failure)
                && (cause(failure) instanceof Cause.Broken || cause(failure) instanceof Cause.SaysStalled);
    }

    static Outcome outcome(Throwable failure) {
        return isTimeout(failure) ? new Outcome.Timeout() : new Outcome.Lost(cause(failure));
    }

    private static Cause cause(Throwable failure) {
        return switch (failure) {
            case WrongInstance _ -> new Cause.OtherInstance();
            case Stuck _ -> new Cause.SaysStalled();
            // Netty's is a ConnectException
            case ConnectTimeoutException _, NoRouteToHostException _, UnknownHostException _ -> new Cause.Unreachable();
            case ConnectException _ -> new Cause.Refused();
            default -> new Cause.Broken();
        };
    }

    /**
     * An answer's verdict on its node: what a client did wrong is the node's success. A 504, by which a node says that the
     * request's own time is over, says nothing of the node, and the time is over on every other one too.
     */
    static Outcome outcome(int status, HttpHeaders answer) {
        if (status == HttpStatus.TOO_MANY_REQUESTS.value()) {
            return new Outcome.Overloaded(retryAfter(answer));
        }
        if (status == HttpStatus.GATEWAY_TIMEOUT.value()) {
            return new Outcome.Cancelled();
        }
        boolean failed = status >= 500 || status == HttpStatus.FAILED_DEPENDENCY.value();
        return failed ? new Outcome.Failure() : new Outcome.Success();
    }

    static ApiException nobodyFor(Flow flow) {
        return new ApiException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "no node that serves '" + flow.model() + "' can answer now",
                RETRY_AFTER);
    }

    static ApiException fleetIsFull(Flow flow, Duration retryAfter) {
        return new ApiException(
                HttpStatus.TOO_MANY_REQUESTS,
                "the nodes that serve '" + flow.model() + "' have more to do than they can finish in time",
                retryAfter);
    }

    static ApiException outOfTime(Flow flow) {
        String who = flow.wasRescued() ? "neither of two nodes" : "no node";
        return new ApiException(
                HttpStatus.GATEWAY_TIMEOUT,
                who + " answered for '" + flow.model() + "' within "
                        + flow.terms().timeout().toMillis() + " ms");
    }

    static ApiException answerTo(Flow flow, Throwable failure) {
        if (isTimeout(failure)) {
            return outOfTime(flow);
        }
        if (flow.wasRefused()) {
            return new ApiException(
                    HttpStatus.TOO_MANY_REQUESTS, "the nodes that serve '" + flow.model() + "' are full", RETRY_AFTER);
        }
        return new ApiException(
                HttpStatus.SERVICE_UNAVAILABLE,
                "the nodes that serve '" + flow.model() + "' failed while answering",
                RETRY_AFTER);
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
