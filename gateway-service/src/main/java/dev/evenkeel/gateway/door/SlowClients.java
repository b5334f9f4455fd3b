package dev.evenkeel.gateway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request's head, or body, is not there in time: somebody who sends a byte now and then holds memory
 * for ever. Stands behind the HTTP codec. A request that arrives in one piece, as nearly all do, costs no timer: one is set
 * only when a read ends in the middle of something.
 */
public final class SlowClients extends ChannelInboundHandlerAdapter {

    /** Where the connection is. */
    private enum Phase {
        HEAD,
        BODY
    }

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private Phase phase = Phase.HEAD;
    private boolean decoded;
    private @Nullable Future<?> timer;

    /**
     * For one connection.
     *
     * @param headTimeout from the first byte of a request to the end of its headers
     * @param bodyTimeout from there to the end of its body
     */
    public SlowClients(Duration headTimeout, Duration bodyTimeout) {
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        decoded = true;
        if (message instanceof HttpRequest) {
            enter(Phase.BODY);
        }
        // what could not be decoded is both
        if (message instanceof LastHttpContent) {
            enter(Phase.HEAD);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        boolean isInside = phase == Phase.BODY || !decoded;
        decoded = false;
        if (isInside && timer == null) {
            Duration limit = phase == Phase.BODY ? bodyTimeout : headTimeout;
            timer = context.executor().schedule(() -> cutOff(context), limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        enter(Phase.HEAD);
        context.fireChannelInactive();
    }

    private static void cutOff(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private void enter(Phase next) {
        phase = next;
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
            timer = null;
        }
    }
}
