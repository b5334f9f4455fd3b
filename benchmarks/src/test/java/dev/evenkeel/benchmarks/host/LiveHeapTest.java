package dev.evenkeel.benchmarks.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LiveHeapTest {

    @Test
    void theTotalOfAllClassesIsTheHeap() {
        assertThat(LiveHeap.megabytes("""
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:        108347        6719192  [B (java.base@25.0.3)
                   2:             1             48  Total (an app's own)
                Total        818183       41943040
                """)).isEqualTo(40);
    }

    @Test
    void aJvmThatDoesNotSayIsNoEmptyOne() {
        assertThatThrownBy(() -> LiveHeap.megabytes("com.sun.tools.attach.AttachNotSupportedException"))
                .isInstanceOf(IllegalStateException.class);
    }
}
