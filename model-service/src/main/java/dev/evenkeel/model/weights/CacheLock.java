package dev.evenkeel.model.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A lock between threads and between processes; it ends with the process that holds it. Lock files stay: one that is deleted
 * while another process waits for it would be two locks.
 */
final class CacheLock implements AutoCloseable {

    /**
     * File locks are a process's, and closing any channel of a file gives up the lock on it: within the process no second
     * thread may as much as open the file.
     */
    private static final Map<Path, Semaphore> GUARDS = new ConcurrentHashMap<>();

    private final Semaphore guard;
    private final FileChannel channel;

    private CacheLock(Semaphore guard, FileChannel channel) {
        this.guard = guard;
        this.channel = channel;
    }

    /** @param waiting told once when another holds it */
    static CacheLock hold(Path file, Runnable waiting) throws IOException {
        Semaphore guard = guard(file);
        if (!guard.tryAcquire()) {
            waiting.run();
            guard.acquireUninterruptibly();
        }
        return Objects.requireNonNull(locked(guard, file, waiting));
    }

    /** Null when another holds it. */
    static @Nullable CacheLock tryHold(Path file) throws IOException {
        Semaphore guard = guard(file);
        return guard.tryAcquire() ? locked(guard, file, null) : null;
    }

    /**
     * Opens and locks under the guard, which is given back unless all went well.
     *
     * @param waiting null not to wait, and to get null when another process holds it
     */
    private static @Nullable CacheLock locked(Semaphore guard, Path file, @Nullable Runnable waiting)
            throws IOException {
        FileChannel channel = null;
        boolean held = false;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null && waiting != null) {
                waiting.run();
                lock = channel.lock();
            }
            held = lock != null;
            return held ? new CacheLock(guard, channel) : null;
        } finally {
            if (!held) {
                if (channel != null) {
                    channel.close();
                }
                guard.release();
            }
        }
    }

    private static Semaphore guard(Path file) {
        return GUARDS.computeIfAbsent(file, key -> new Semaphore(1));
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            guard.release();
        }
    }
}
