package dev.evenkeel.gateway;

import dev.evenkeel.gateway.flow.Api;
import dev.evenkeel.gateway.flow.ApiException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Answers every error in the shape of the API that was called. */
final class ApiErrorHandler implements ErrorWebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiErrorHandler.class);

    /** Never sent, but counted: as nginx has it. */
    private static final HttpStatusCode CLIENT_CLOSED_REQUEST = HttpStatusCode.valueOf(499);

    private final JsonMapper json = JsonMapper.builder().build();

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        // the client has left, or was cut off: there is nobody to tell, and nothing to log
        if (failure instanceof AbortedException) {
            response.setStatusCode(CLIENT_CLOSED_REQUEST);
            return Mono.empty();
        }
        // a body that could not be decoded: the server has refused it by itself, and has logged that
        if (hasServerAnswered(response)) {
            return Mono.empty();
        }
        ApiException error = asApiError(exchange, failure);
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        response.setStatusCode(error.status());
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        error.retryAfter().ifPresent(wait -> setRetryAfter(response.getHeaders(), wait));
        byte[] body = json.writeValueAsBytes(Api.of(path).error(error.status(), error.reason()));
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(body)));
    }

    private static boolean hasServerAnswered(ServerHttpResponse response) {
        HttpServerResponse underlying = ServerHttpResponseDecorator.getNativeResponse(response);
        return underlying.hasSentHeaders();
    }

    private static ApiException asApiError(ServerWebExchange exchange, Throwable failure) {
        String request =
                exchange.getRequest().getMethod() + " " + exchange.getRequest().getPath();
        if (failure instanceof ApiException error) {
            return error;
        }
        if (failure instanceof ResponseStatusException status) {
            HttpStatus code = HttpStatus.valueOf(status.getStatusCode().value());
            String reason = code == HttpStatus.NOT_FOUND ? "there is nothing at " + request : status.getMessage();
            return new ApiException(code, reason);
        }
        log.error("{} failed in the gateway", request, failure);
        return new ApiException(HttpStatus.INTERNAL_SERVER_ERROR, "the gateway failed; its log says why");
    }

    private static void setRetryAfter(HttpHeaders headers, Duration wait) {
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
        headers.set("retry-after-ms", Long.toString(wait.toMillis()));
    }
}
