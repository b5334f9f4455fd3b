package dev.evenkeel.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("restricted")
class MallocTest {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final int BLOCK = 1 << 20;
    private static final int PAGE = 4096;

    @Test
    void aLargeBlockThatIsFreedAndTakenAgainIsNotFetchedFromTheKernelAgain() throws Throwable {
        assumeThat(LINKER.defaultLookup().find("gnu_get_libc_version"))
                .as("glibc")
                .isPresent();
        assertThat(Malloc.keepLargeBlocks()).isTrue();
        MethodHandle malloc = handle("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        MethodHandle free = handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        useTwoBlocks(malloc, free);
        long before = minorFaults();
        for (int i = 0; i < 100; i++) {
            useTwoBlocks(malloc, free);
        }
        // with glibc's own settings the two are given back each time: 51,200 faults
        assertThat(minorFaults() - before).isLessThan(5_000);
    }

    private static void useTwoBlocks(MethodHandle malloc, MethodHandle free) throws Throwable {
        List<Long> sizes = List.of(20L * BLOCK, 4L * BLOCK);
        for (long size : sizes) {
            MemorySegment block = (MemorySegment) malloc.invokeExact(size);
            MemorySegment bytes = block.reinterpret(size);
            for (long at = 0; at < size; at += 12L * PAGE) {
                bytes.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
            }
            free.invokeExact(block);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape);
    }

    /** Field 10 of proc(5)'s stat; the name before it, field 2, may have blanks. */
    private static long minorFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[7]);
    }
}
