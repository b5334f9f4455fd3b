package dev.evenkeel.gateway.observe;

import dev.evenkeel.load.Headers;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * What a node says to the gateway and no client is to read: in the headers of its answer, and in trailers behind an answer that
 * is passed on as it comes, which is where ORCA has reports too.
 */
public final class InternalHeaders implements HttpHeadersFilter, TrailerHeadersFilter {

    static void removeFrom(HttpHeaders answer) {
        answer.headerNames().stream().filter(Headers::isOurs).forEach(answer::remove);
        answer.remove(Headers.LOAD);
        // the client knows it by another
        answer.remove(Headers.REQUEST_ID);
    }

    /** Of trailers alone: the observer reads the headers before it removes them. */
    @Override
    public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        return headers;
    }

    @Override
    public HttpHeaders trailers(@Nullable HttpHeaders received, ServerWebExchange exchange) {
        HttpHeaders trailers = received == null ? new HttpHeaders() : received;
        removeFrom(trailers);
        return trailers;
    }
}
