package dev.evenkeel.benchmarks.backend;

import dev.evenkeel.load.Headers;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The HTTP of nodes without a model, on loopback; one thread serves all that are made with it. */
final class NodeServer {

    private static final int MAX_BODY = 1 << 20;
    private static final AttributeKey<ByteBuf> EMBEDDING = AttributeKey.valueOf(NodeServer.class, "embedding");
    private static final String CANCELLATION = "/internal/requests/";

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** A node's part, called on the one thread. */
    interface Node {

        Voice voice();

        /** Its load report. */
        String load();

        /**
         * A request for an embedding.
         *
         * @param request is released when this returns
         * @param reply is answered with {@link #embedding}, now or later
         */
        void ask(FullHttpRequest request, Channel reply);

        /** Nobody waits for this one any more. */
        void cancel(String id);
    }

    /** Serves a node on a port. */
    void listen(int port, Node node) throws InterruptedException {
        ByteBuf embedding = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                        .writeBytes(node.voice().embedding().getBytes(StandardCharsets.UTF_8)))
                .asReadOnly();
        new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_BODY))
                                .addLast(new Handler(node));
                    }
                })
                .childAttr(EMBEDDING, embedding)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync();
    }

    /** Answers a request for an embedding. */
    static void embedding(Channel reply, Node node) {
        answer(reply, node, reply.attr(EMBEDDING).get().duplicate());
    }

    private static void answer(Channel channel, Node node, ByteBuf body) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(Headers.LOAD, node.load())
                .set(Headers.INSTANCE, node.voice().instance());
        var _ = channel.writeAndFlush(response);
    }

    private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

        private final Node node;

        Handler(Node node) {
            this.node = node;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (request.method().equals(HttpMethod.POST)) {
                node.ask(request, context.channel());
                return;
            }
            if (request.uri().startsWith(CANCELLATION)) {
                node.cancel(request.uri().substring(CANCELLATION.length()));
            }
            answer(context.channel(), node, Unpooled.wrappedBuffer(node.voice().status(node.load())));
        }
    }
}
