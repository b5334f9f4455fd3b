package dev.evenkeel.gateway.door;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

/**
 * Closes a connection in two steps when the request on it has not come whole: a server that closes with unread bytes makes
 * the kernel send a reset, and a client that is still sending loses the answer for it. So the way out is closed first, what
 * comes in is dropped, and the rest follows with the end of the request or the client's own close (RFC 9112, section 9.6).
 * Stands behind {@link SlowClients}, whose limit for a body holds here too.
 */
public final class LingeringClose extends ChannelDuplexHandler {

    private boolean inside;
    private boolean closing;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            inside = true;
        }
        // what could not be decoded is both
        if (message instanceof LastHttpContent) {
            inside = false;
        }
        if (!closing) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        if (!inside) {
            var _ = context.close();
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (!(inside && context.channel().isActive() && context.channel() instanceof DuplexChannel channel)) {
            var _ = context.close(promise);
            return;
        }
        channel.closeFuture().addListener(_ -> promise.trySuccess());
        if (!closing) {
            closing = true;
            channel.shutdownOutput().addListener((Future<Void> done) -> {
                if (!done.isSuccess()) {
                    var _ = context.close();
                }
            });
            channel.config().setAutoRead(true);
        }
    }
}
