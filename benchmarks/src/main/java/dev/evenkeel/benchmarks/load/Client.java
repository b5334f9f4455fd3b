package dev.evenkeel.benchmarks.load;

import dev.evenkeel.load.Headers;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client on one thread. Connections are kept alive and the one used last is used first; a request that
 * finds none idle opens another, so that nothing waits in the client.
 */
public final class Client implements AutoCloseable {

    /** What a request without an answer in time has for a status. */
    public static final int TIMED_OUT = 0;

    /** The status of a request whose connection failed or was closed. */
    public static final int NOT_CONNECTED = -1;

    /** Called once for each request, on the client's thread. */
    @FunctionalInterface
    public interface Answer {

        /**
         * Takes the answer, or that there is none.
         *
         * @param node the value of {@code X-Evenkeel-Node}
         */
        void answered(int status, @Nullable String node);
    }

    /** As {@link Answer}, for those who look at the header or the body. */
    @FunctionalInterface
    public interface Reply {

        /**
         * Takes the answer, or that there is none.
         *
         * @param headers of the answer; empty where there is none
         * @param body of the answer, to be read at once; empty where there is none
         */
        void replied(int status, HttpHeaders headers, ByteBuf body);
    }

    private static final int MAX_RESPONSE_BYTES = 4 << 20;
    private static final long SWEEP_MILLIS = 100;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("load", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final long timeoutNanos;
    private final Bootstrap bootstrap;

    // Touched by the loop alone.
    private final Map<InetSocketAddress, ArrayDeque<Channel>> idle = new HashMap<>();
    /** In the order of sending, which with one time limit is the order of expiry. */
    private final Queue<Exchange> outstanding = new ArrayDeque<>();

    public Client(Duration timeout) {
        timeoutNanos = timeout.toNanos();
        bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(MAX_RESPONSE_BYTES))
                                .addLast("connection", new Connection());
                    }
                });
        Future<?> _ = loop.scheduleAtFixedRate(this::expire, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Runs something on the client's thread, where {@link #send} must be called. */
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /** Sends at once; only on the client's thread. */
    public void send(Target target, byte[] body, Answer answer) {
        sendForReply(target, body, (status, headers, _) -> answer.answered(status, headers.get(Headers.NODE)));
    }

    /** Sends at once; only on the client's thread. */
    public void sendForReply(Target target, byte[] body, Reply reply) {
        Exchange exchange = new Exchange(reply, System.nanoTime() + timeoutNanos);
        outstanding.add(exchange);
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, target.path(), Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.HOST, "localhost:" + target.address().getPort())
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        ArrayDeque<Channel> pool = idle.computeIfAbsent(target.address(), _ -> new ArrayDeque<>());
        Channel kept = pool.pollLast();
        while (kept != null && !kept.isActive()) {
            kept = pool.pollLast();
        }
        if (kept != null) {
            write(kept, request, exchange);
            return;
        }
        var _ = bootstrap.connect(target.address()).addListener((io.netty.channel.ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                write(connected.channel(), request, exchange);
            } else {
                request.release();
                exchange.finish(NOT_CONNECTED);
            }
        });
    }

    private void write(Channel channel, FullHttpRequest request, Exchange exchange) {
        exchange.channel = channel;
        ((Connection) channel.pipeline().get("connection")).exchange = exchange;
        var _ = channel.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                exchange.finish(NOT_CONNECTED);
                var _ = channel.close();
            }
        });
    }

    private void expire() {
        long now = System.nanoTime();
        for (Exchange oldest = outstanding.peek(); oldest != null; oldest = outstanding.peek()) {
            if (!oldest.finished && oldest.deadline - now > 0) {
                return;
            }
            outstanding.remove();
            if (!oldest.finished) {
                oldest.finish(TIMED_OUT);
                if (oldest.channel != null) {
                    var _ = oldest.channel.close();
                }
            }
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static final class Exchange {
        private final Reply reply;
        private final long deadline;
        private @Nullable Channel channel;
        private boolean finished;

        Exchange(Reply reply, long deadline) {
            this.reply = reply;
            this.deadline = deadline;
        }

        void finish(int status) {
            finish(status, EmptyHttpHeaders.INSTANCE, Unpooled.EMPTY_BUFFER);
        }

        void finish(int status, HttpHeaders headers, ByteBuf body) {
            if (!finished) {
                finished = true;
                reply.replied(status, headers, body);
            }
        }
    }

    private final class Connection extends SimpleChannelInboundHandler<FullHttpResponse> {
        private @Nullable Exchange exchange;

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            Exchange answered = exchange;
            exchange = null;
            if (HttpUtil.isKeepAlive(response)) {
                idle.computeIfAbsent((InetSocketAddress) context.channel().remoteAddress(), _ -> new ArrayDeque<>())
                        .addLast(context.channel());
            } else {
                var _ = context.close();
            }
            if (answered != null) {
                answered.finish(response.status().code(), response.headers(), response.content());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (exchange != null) {
                exchange.finish(NOT_CONNECTED);
                exchange = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
