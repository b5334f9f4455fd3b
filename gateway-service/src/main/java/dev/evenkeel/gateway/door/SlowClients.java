package dev.evenkeel.gateway.door;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request's head, or body, is not there in time, or whose answer is not taken in time: somebody who
 * sends, or reads, a byte now and then holds memory for ever. Stands behind the HTTP codec. A request that arrives in one piece
 * and an answer that goes out in one, as nearly all do, cost no timer: one is set only when a read ends in the middle of
 * something, and when more waits to be written than a channel should hold (Netty's high-water mark, 64 KB).
 */
public final class SlowClients extends ChannelInboundHandlerAdapter {

    /** Where the connection is. */
    private enum Phase {
        HEAD,
        BODY
    }

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private final Duration answerTimeout;
    private Phase phase = Phase.HEAD;
    private boolean decoded;
    private @Nullable Future<?> timer;
    private @Nullable Future<?> answerTimer;

    /**
     * For one connection.
     *
     * @param headTimeout from the first byte of a request to the end of its headers
     * @param bodyTimeout from there to the end of its body
     * @param answerTimeout for as long at a time nothing may be read while more waits than a channel should hold
     */
    public SlowClients(Duration headTimeout, Duration bodyTimeout, Duration answerTimeout) {
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
        this.answerTimeout = answerTimeout;
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
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        cancel(answerTimer);
        answerTimer = context.channel().isWritable() ? null : watch(context);
        context.fireChannelWritabilityChanged();
    }

    /** An answer that is one long buffer is writable again only at its end, and its client may have read all the time. */
    private Future<?> watch(ChannelHandlerContext context) {
        long before = written(context);
        return context.executor()
                .schedule(
                        () -> {
                            if (written(context) == before) {
                                cutOff(context);
                            } else {
                                answerTimer = watch(context);
                            }
                        },
                        answerTimeout.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Grows with every byte that the kernel takes, until more is to be written. */
    private static long written(ChannelHandlerContext context) {
        ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
        return pending == null ? 0 : pending.currentProgress() - pending.totalPendingWriteBytes();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        enter(Phase.HEAD);
        cancel(answerTimer);
        answerTimer = null;
        context.fireChannelInactive();
    }

    private static void cutOff(ChannelHandlerContext context) {
        var _ = context.close();
    }

    private static void cancel(@Nullable Future<?> running) {
        if (running != null) {
            running.cancel(false);
        }
    }

    private void enter(Phase next) {
        phase = next;
        cancel(timer);
        timer = null;
    }
}
