package dev.evenkeel.gateway.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * The exchange as one attempt sees it: status, headers and attributes of its own. The routing filter writes a node's
 * headers there whenever they arrive, on the thread of that connection; so an attempt that was given up can still write,
 * and nobody reads it. What one attempt wrote becomes the client's by {@link #handOver} alone.
 */
final class AttemptExchange extends ServerWebExchangeDecorator {

    private static final String CONNECTION = ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;

    /** What the filters further out read of an answer, its connection aside. */
    private static final List<String> OF_THE_ANSWER = List.of(
            ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR,
            ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES,
            ServerWebExchangeUtils.ORIGINAL_RESPONSE_CONTENT_TYPE_ATTR);

    /** Whose business the connection is. It must be closed by its owner alone: a pooled one may be another's already. */
    private enum Owner {
        /** The HTTP client's: the headers have not arrived. A cancelled attempt closes it there. */
        CLIENT,
        /** The attempt's: the headers are there, and nobody reads the body yet. */
        ATTEMPT,
        /** Of whoever reads the body: ends with its subscription. */
        READER,
        /** Nobody's: the attempt was abandoned. */
        NOBODY
    }

    private final AtomicReference<Owner> owner = new AtomicReference<>(Owner.CLIENT);
    private final Attributes attributes = new Attributes();
    private final ServerHttpRequest request;
    private final Answer answer;
    private volatile @Nullable EventLoop eventLoop;

    /**
     * An attempt that has not begun.
     *
     * @param headers are set in the request as the node gets it
     */
    AttemptExchange(ServerWebExchange exchange, URI url, Map<String, String> headers) {
        super(exchange);
        this.request = new Asked(exchange.getRequest(), headers);
        this.answer = new Answer(exchange.getResponse().bufferFactory());
        attributes.putAll(exchange.getAttributes());
        attributes.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, url);
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public ServerHttpResponse getResponse() {
        return answer;
    }

    /** The body, to be read at once: an attempt that was abandoned has none. */
    Flux<ByteBuf> takeBody() {
        Connection connection = connection();
        return connection != null && owner.compareAndSet(Owner.ATTEMPT, Owner.READER)
                ? connection.inbound().receive()
                : Flux.never();
    }

    /** Nobody waits for the attempt: closes its connection, if that has no other owner. */
    void abandon() {
        if (owner.getAndSet(Owner.NOBODY) == Owner.ATTEMPT) {
            // in this order: the connection may arrive while the client leaves, and is there once it is the attempt's
            Connection connection = Objects.requireNonNull(connection());
            EventLoop thread = Objects.requireNonNull(eventLoop);
            // there alone it is known whether the answer has arrived whole and the connection is another request's by
            // now
            if (thread.inEventLoop()) {
                connection.dispose();
            } else {
                thread.execute(connection::dispose);
            }
        }
    }

    /** Status and headers become the client's. The body is written by the caller. */
    void handOver() {
        ServerHttpResponse response = getDelegate().getResponse();
        response.setStatusCode(answer.getStatusCode());
        response.getHeaders().addAll(answer.getHeaders());
        OF_THE_ANSWER.forEach(this::export);
    }

    /** As {@link #handOver}; the body is passed on, further out, from the connection. */
    void handOverStreaming() {
        handOver();
        export(CONNECTION);
        // in this order: when the client leaves meanwhile, one of the two that clean up sees the connection
        owner.compareAndSet(Owner.ATTEMPT, Owner.READER);
    }

    private void export(String name) {
        Object value = attributes.get(name);
        if (value != null) {
            getDelegate().getAttributes().put(name, value);
        }
    }

    private @Nullable Connection connection() {
        return getAttribute(CONNECTION);
    }

    /** Sees the connection arrive, which may be after the attempt was abandoned. */
    private final class Attributes extends ConcurrentHashMap<String, Object> {

        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Object put(String name, Object value) {
            if (name.equals(CONNECTION)) {
                // one that is back in the pool does not say it any more
                eventLoop = ((Connection) value).channel().eventLoop();
            }
            Object before = super.put(name, value);
            if (name.equals(CONNECTION) && !owner.compareAndSet(Owner.CLIENT, Owner.ATTEMPT)) {
                ((Connection) value).dispose();
            }
            return before;
        }
    }

    /** The request, with headers of the attempt. */
    private static final class Asked extends ServerHttpRequestDecorator {

        private final HttpHeaders headers = new HttpHeaders();

        Asked(ServerHttpRequest request, Map<String, String> ofTheAttempt) {
            super(request);
            headers.putAll(request.getHeaders());
            ofTheAttempt.forEach(headers::set);
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }

    /** A response that is filled in, and never written. */
    private static final class Answer extends AbstractServerHttpResponse {

        Answer(DataBufferFactory buffers) {
            super(buffers);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Spring's signature
        public <T> T getNativeResponse() {
            throw new UnsupportedOperationException("an attempt's answer has no connection to a client");
        }

        @Override
        protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
            return notToBeWritten();
        }

        @Override
        protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            return notToBeWritten();
        }

        private static Mono<Void> notToBeWritten() {
            return Mono.error(new IllegalStateException("an attempt's answer is handed over, not written"));
        }

        @Override
        protected void applyStatusCode() {}

        @Override
        protected void applyHeaders() {}

        @Override
        protected void applyCookies() {}
    }
}
