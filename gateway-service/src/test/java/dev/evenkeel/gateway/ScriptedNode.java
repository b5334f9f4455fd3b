package dev.evenkeel.gateway;

import dev.evenkeel.gateway.node.Node;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.NodeStatus.ServedModel;
import dev.evenkeel.load.OrcaText;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** A node on a real socket that misbehaves on command, as a real one does only by accident. */
final class ScriptedNode implements AutoCloseable {

    /** What it does with a request. */
    interface Behaviour {
        Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response);
    }

    /** A request as it arrived. */
    record Received(String path, String body, HttpHeaders headers) {

        List<String> headerNames() {
            return List.copyOf(headers.names());
        }
    }

    static final String ANSWER = "{\"answer\":42}";

    final String id;
    final List<Received> received = new CopyOnWriteArrayList<>();

    /** Ids of requests of which it was told that nobody waits for them. */
    final List<String> cancelled = new CopyOnWriteArrayList<>();

    volatile NodeState state = NodeState.UP;
    /** Other gateways'; a hundred requests of theirs, if there is any. */
    volatile double queueWork;

    volatile double workRate = 1e6;
    volatile int inFlight;
    volatile double p50Millis = 1;
    volatile String statusInstance;
    volatile List<ServedModel> models = List.of(
            new ServedModel("embedder", "1", List.of("embedder-alias"), "embedding", 100, 10, 0.25),
            new ServedModel("classifier", "1", List.of(), "classification", 100, 10, 0.25));
    volatile Behaviour behaviour = this::answer;

    private final AtomicLong seq = new AtomicLong();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Sinks.Empty<Void> thawed = Sinks.empty();

    /** One that comes about while it dies is closed too: over it, polls would be answered for ever. */
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    /** Those with a request inside. */
    private final ChannelGroup busy = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final DisposableServer server;

    ScriptedNode(String id) {
        this.id = id;
        this.statusInstance = id;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(connection -> connections.add(connection.channel()))
                .route(routes -> routes.get("/actuator/load", (_, response) -> {
                            asked.incrementAndGet();
                            return whenThawed(
                                    () -> response.sendByteArray(Mono.just(status().getBytes(StandardCharsets.UTF_8))));
                        })
                        .delete("/internal/requests/{id}", (request, response) -> {
                            cancelled.add(String.valueOf(request.param("id")));
                            return response.status(204).send();
                        })
                        .route(
                                _ -> true,
                                (request, response) -> request.receive()
                                        .aggregate()
                                        .asString()
                                        .defaultIfEmpty("")
                                        .flatMap(body -> {
                                            received.add(new Received(
                                                    request.fullPath(),
                                                    body,
                                                    request.requestHeaders().copy()));
                                            inside.incrementAndGet();
                                            response.withConnection(connection -> busy.add(connection.channel()));
                                            return Mono.from(behaviour.answer(request, response))
                                                    .doFinally(_ -> {
                                                        inside.decrementAndGet();
                                                        response.withConnection(
                                                                connection -> busy.remove(connection.channel()));
                                                    });
                                        })))
                .bindNow();
        thaw();
    }

    /** As if it were stopped: whoever connects is let in, and nobody is answered any more, polls included. */
    void freeze() {
        thawed = Sinks.empty();
    }

    /** Goes on with all that came meanwhile. */
    void thaw() {
        thawed.tryEmitEmpty();
    }

    /** Requests that it has not answered and whose connection is open. */
    int inside() {
        return inside.get();
    }

    /** Polls and probes that arrived. */
    int asked() {
        return asked.get();
    }

    /** For behaviours that take their time: what they do then, a node that is frozen does later. */
    Mono<Void> whenThawed(Supplier<Publisher<Void>> answer) {
        return Mono.defer(() -> thawed.asMono()).then(Mono.defer(() -> Mono.from(answer.get())));
    }

    Node node() {
        URI address = URI.create("http://127.0.0.1:" + server.port());
        return new Node(id, "name-of-" + id, address, address);
    }

    /** What a good node does. */
    Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        return answerAs(id, 200, ANSWER, response);
    }

    Publisher<Void> answerAs(String instance, int status, String body, HttpServerResponse response) {
        return whenThawed(() -> response.status(status)
                .header("Content-Type", "application/json")
                .header("Content-Length", Integer.toString(body.length()))
                .header(Headers.INSTANCE, instance)
                .header(Headers.LOAD, load())
                // not pooled: what is written to a client that has left is nobody's leak
                .sendByteArray(Mono.just(body.getBytes(StandardCharsets.UTF_8)))
                .then());
    }

    /** Sends these bytes as they are, and closes the connection. */
    static Publisher<Void> babble(HttpServerResponse response, String bytes) {
        response.withConnection(connection -> connection
                .channel()
                .pipeline()
                .context(NettyPipeline.HttpCodec)
                .writeAndFlush(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE));
        return Mono.never();
    }

    /** Breaks the connections on which it owes an answer, and no other. */
    void dropRequests() {
        busy.close().awaitUninterruptibly();
    }

    /** Dies: nobody listens any more, and every connection is closed, those on which polls are kept too. */
    @Override
    public void close() {
        server.disposeNow();
        connections.close().awaitUninterruptibly();
    }

    private String status() {
        return JsonMapper.builder().build().writeValueAsString(new NodeStatus(statusInstance, load(), models));
    }

    private String load() {
        int others = queueWork > 0 ? 100 : 0;
        return OrcaText.encode(new LoadReport(
                0.1,
                0.1,
                0,
                0,
                state,
                1,
                0,
                0,
                inFlight + others,
                queueWork,
                workRate,
                p50Millis,
                seq.incrementAndGet()));
    }
}
