package dev.evenkeel.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A body that is read piece by piece, each of which must come in time: the JDK's client times its headers only. */
final class TimedBody implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {

    private sealed interface Event {}

    private record Piece(List<ByteBuffer> buffers) implements Event {}

    /** @param failure null when the body is complete */
    private record End(@Nullable Throwable failure) implements Event {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Duration silence;
    private volatile Flow.@Nullable Subscription subscription;

    TimedBody(Flow.Publisher<List<ByteBuffer>> body, Duration silence) {
        this.silence = silence;
        body.subscribe(this);
    }

    /** The next piece; empty at the end. One is asked for at a time: a disk that is slower than the network slows it. */
    List<ByteBuffer> next() throws IOException, InterruptedException {
        Flow.Subscription source = subscription;
        if (source != null) {
            source.request(1);
        }
        Event event = events.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
        return switch (event) {
            case null -> throw new HttpTimeoutException("nothing came for " + silence.toSeconds() + " s");
            case Piece piece -> piece.buffers();
            case End end when end.failure() == null -> List.of();
            case End end -> {
                EOFException cut = new EOFException("the connection broke");
                cut.initCause(end.failure());
                throw cut;
            }
        };
    }

    @Override
    public void onSubscribe(Flow.Subscription source) {
        subscription = source;
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        events.add(new Piece(item));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new End(failure));
    }

    @Override
    public void onComplete() {
        events.add(new End(null));
    }

    /** Gives the connection up, unless the body was read to its end. */
    @Override
    public void close() {
        Flow.Subscription source = subscription;
        if (source != null) {
            source.cancel();
        }
    }
}
