package dev.evenkeel.model.predict;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * glibc's allocator, told to keep what tensors give back. It returns large blocks to the kernel and fetches them again for
 * the next prediction, page fault by page fault; the bounds of that are the settings here (mallopt(3)). They hold for the
 * process. On other C libraries nothing happens.
 */
final class Malloc {

    private static final Logger log = LoggerFactory.getLogger(Malloc.class);

    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;

    /** The most that glibc takes on 64 bits; tensors of usual batches are smaller. */
    private static final int MMAP_THRESHOLD = 32 << 20;

    /** Free memory at the heap's end that is kept: some batches' worth on every worker. */
    private static final int TRIM_THRESHOLD = 512 << 20;

    /** What the heap grows by at once. */
    private static final int TOP_PAD = 16 << 20;

    private Malloc() {}

    /** Returns whether it was done: not without glibc, and not if the environment has settings of its own */
    @SuppressWarnings("restricted")
    static boolean keepLargeBlocks() {
        if (Stream.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_")
                .anyMatch(name -> System.getenv(name) != null)) {
            return false;
        }
        Linker linker = Linker.nativeLinker();
        // only glibc has the version; others that have a mallopt number its settings otherwise
        boolean glibc = linker.defaultLookup().find("gnu_get_libc_version").isPresent();
        return glibc
                && linker.defaultLookup()
                        .find("mallopt")
                        .map(address -> set(linker.downcallHandle(
                                address,
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))))
                        .orElse(false);
    }

    /** Gives the kernel back what is free: for a process that is short of memory. Not without glibc. */
    @SuppressWarnings("restricted")
    static void giveBack() {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("malloc_trim").ifPresent(address -> {
            try {
                int trimmed = (int) linker.downcallHandle(
                                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG))
                        .invokeExact(0L);
                log.debug("glibc gave memory back: {}", trimmed);
            } catch (Throwable e) {
                log.debug("glibc's allocator is left as it is", e);
            }
        });
    }

    private static boolean set(MethodHandle mallopt) {
        try {
            boolean done = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, MMAP_THRESHOLD) == 1
                    && (int) mallopt.invokeExact(M_TRIM_THRESHOLD, TRIM_THRESHOLD) == 1
                    && (int) mallopt.invokeExact(M_TOP_PAD, TOP_PAD) == 1;
            log.debug("glibc keeps large blocks: {}", done);
            return done;
        } catch (Throwable e) {
            log.debug("glibc's allocator is left as it is", e);
            return false;
        }
    }
}
