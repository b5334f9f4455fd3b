package dev.evenkeel.gateway.node;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import reactor.netty.http.client.HttpClient;

/**
 * Tells of connections that the other side ends, those included that are kept for the next request: the kernel closes them
 * all at the moment at which a process dies, and nothing tells earlier that a node without requests inside is gone.
 */
public final class NodeConnections {

    private NodeConnections() {}

    /** The client, whose connections are watched; {@code ended} is told on their threads, and should be short. */
    public static HttpClient watch(HttpClient client, Consumer<InetSocketAddress> ended) {
        return client.doOnChannelInit((_, channel, remote) -> {
            if (remote instanceof InetSocketAddress address) {
                watch(channel, () -> ended.accept(address));
            }
        });
    }

    private static void watch(Channel channel, Runnable ended) {
        // the first to see what comes in, and the last to see what goes out
        channel.pipeline().addFirst("nodeConnections", new Watch(ended));
    }

    private static final class Watch extends ChannelDuplexHandler {

        private final Runnable ended;
        private boolean told;

        Watch(Runnable ended) {
            this.ended = ended;
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            told = true; // by this side
            var _ = context.close(promise);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            if (failure instanceof IOException) {
                tell();
            }
            context.fireExceptionCaught(failure);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            tell();
            context.fireChannelInactive();
        }

        private void tell() {
            if (!told) {
                told = true;
                ended.run();
            }
        }
    }
}
