package dev.evenkeel.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Linker;
import org.junit.jupiter.api.Test;

/** What it does for the page faults of predictions, benchmarks/service-curve.sh shows: glibc's own threshold moves. */
class MallocTest {

    @Test
    @SuppressWarnings("restricted")
    void glibcTakesTheSettings() {
        assumeThat(Linker.nativeLinker().defaultLookup().find("gnu_get_libc_version"))
                .as("glibc")
                .isPresent();
        assertThat(Malloc.keepLargeBlocks()).isTrue();
    }
}
