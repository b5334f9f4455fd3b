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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("restricted")
class MallocTest {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final int BLOCKS = 10;
    private static final long BLOCK = 4 << 20;
    private static final int ROUNDS = 100;
    private static final int PAGE = 4096;

    @Test
    void aLargeBlockThatIsFreedAndTakenAgainIsNotFetchedFromTheKernelAgain() throws Throwable {
        assumeThat(LINKER.defaultLookup().find("gnu_get_libc_version"))
                .as("glibc")
                .isPresent();
        assertThat(Malloc.keepLargeBlocks()).isTrue();
        MethodHandle malloc = handle("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        MethodHandle free = handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        useBlocks(malloc, free);
        long before = minorFaults();
        for (int i = 0; i < ROUNDS; i++) {
            useBlocks(malloc, free);
        }
        // with glibc's own settings the blocks are trimmed each time: some 470 faults a round
        assertThat(minorFaults() - before).isLessThan(100L * ROUNDS);
    }

    /** Together more than glibc keeps by itself: twice its threshold, which follows the largest block that was freed. */
    private static void useBlocks(MethodHandle malloc, MethodHandle free) throws Throwable {
        List<MemorySegment> blocks = new ArrayList<>();
        for (int i = 0; i < BLOCKS; i++) {
            MemorySegment block = (MemorySegment) malloc.invokeExact(BLOCK);
            MemorySegment bytes = block.reinterpret(BLOCK);
            for (long at = 0; at < BLOCK; at += 20L * PAGE) {
                bytes.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
            }
            blocks.add(block);
        }
        for (MemorySegment block : blocks.reversed()) {
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
