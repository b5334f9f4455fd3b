package dev.evenkeel.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Watches every buffer of every test, and fails the class in which one was collected that nobody had released. Netty by
 * itself samples one of 128, and only logs what it finds. JUnit finds this class as a service: no test has to ask for it.
 */
public final class BufferLeaks implements BeforeAllCallback, AfterAllCallback {

    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((_, whereItWasUsed) -> FOUND.add(whereItWasUsed));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        List<String> leaks = find();
        if (!leaks.isEmpty()) {
            throw new AssertionError("buffers that nobody released: " + String.join("\n", leaks));
        }
    }

    /** Where those buffers were used that were not released and that nobody can release any more; each is told once. */
    static List<String> find() throws InterruptedException {
        // twice: what one collection found is all handed over before anything is that the next one found
        collectGarbage();
        collectGarbage();
        // Netty looks when the next buffer is taken
        ByteBufAllocator.DEFAULT.directBuffer(1).release();
        List<String> leaks = new ArrayList<>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            leaks.add(leak);
        }
        return leaks;
    }

    /** Returns once something was handed over that this collection found. */
    private static void collectGarbage() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> garbage = new WeakReference<>(new Object(), collected);
        do {
            System.gc();
        } while (!garbage.equals(collected.remove(100)));
    }
}
