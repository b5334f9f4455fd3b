package dev.evenkeel.benchmarks.overhead;

import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
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
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Model nodes that do no work: every request is answered at once with the same embedding, a load report and an instance
 * id, as a node does. One process and one thread for all of them; each is in the registry by itself.
 */
public final class NullBackend {

    /** The one model that they serve. */
    static final String MODEL = "null-model";

    private static final int DIMENSIONS = 256;
    private static final int MAX_BODY = 1 << 20;

    private NullBackend() {}

    /** Runs until it is ended. */
    public static void run(String[] args) throws Exception {
        Options options = new Options()
                .with("ports", "9101,9102,9103", "one node on each")
                .with("registry", "http://localhost:8761/eureka/", "where they register")
                .parse(args);
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        List<AutoCloseable> open = new ArrayList<>();
        HttpClient http = HttpClient.newHttpClient();
        for (String text : options.list("ports")) {
            int port = Integer.parseInt(text);
            Node node = new Node("null-" + port + "-" + UUID.randomUUID());
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
                                    .addLast(node);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .sync();
            open.add(new EurekaLease(http, URI.create(options.text("registry")), node.instance, port));
        }
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            for (AutoCloseable lease : open) {
                                try {
                                    lease.close();
                                } catch (Exception e) {
                                    System.err.println(e);
                                }
                            }
                            end.countDown();
                        },
                        "give-back"));
        System.out.println("ready");
        end.await();
    }

    /** One answer, of about 3 kB. */
    private static byte[] embedding() {
        String values = IntStream.range(0, DIMENSIONS)
                .mapToObj(i -> String.format(Locale.ROOT, "%.8f", Math.sin(i + 1) / 16))
                .collect(Collectors.joining(","));
        return """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[%s]}],"model":"%s",\
                "usage":{"prompt_tokens":32,"total_tokens":32}}""".formatted(values, MODEL).getBytes(StandardCharsets.UTF_8);
    }

    @ChannelHandler.Sharable
    private static final class Node extends SimpleChannelInboundHandler<FullHttpRequest> {
        private static final ByteBuf EMBEDDING = Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer().writeBytes(embedding()))
                .asReadOnly();

        private final String instance;
        private final AtomicLong reports = new AtomicLong();
        private final JsonMapper json = JsonMapper.builder().build();

        Node(String instance) {
            this.instance = instance;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            String load = OrcaText.encode(new LoadReport(
                    0.05, 0.2, 100, 0, NodeState.UP, 1, 0, 0, 0, 0, 1e6, 0.1, reports.incrementAndGet()));
            ByteBuf body = request.uri().startsWith("/actuator/")
                    ? Unpooled.wrappedBuffer(json.writeValueAsBytes(new NodeStatus(
                            instance,
                            load,
                            List.of(new NodeStatus.ServedModel(MODEL, "1", List.of(), "embedding", 100, 10, 0.25)))))
                    : EMBEDDING.duplicate();
            FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                    .set(Headers.LOAD, load)
                    .set(Headers.INSTANCE, instance);
            var _ = context.writeAndFlush(response);
        }
    }
}
