package dev.evenkeel.benchmarks.host;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what a run opened, the last first: at its end, on a failure, and on Ctrl-C or SIGTERM. */
public final class Cleanup implements AutoCloseable {

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private boolean closed;

    public Cleanup() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
    }

    public synchronized <T extends AutoCloseable> T add(T resource) {
        if (closed) {
            closeQuietly(resource);
            throw new IllegalStateException("the run is being ended");
        }
        open.push(resource);
        return resource;
    }

    /** Closes one before its time. */
    public synchronized void close(AutoCloseable resource) {
        if (open.remove(resource)) {
            closeQuietly(resource);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!open.isEmpty()) {
            closeQuietly(open.pop());
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            System.err.println("could not close " + resource + ": " + e);
        }
    }
}
