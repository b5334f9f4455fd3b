package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldingsTest {

    @Test
    void whatNettySaysOfALostBufferIsCounted() {
        assertThat(Holdings.leaks("""
                2025-11-27 ERROR i.n.u.ResourceLeakDetector : LEAK: ByteBuf.release() was not called before it's \
                garbage-collected. See https://netty.io/wiki/reference-counted-objects.html for more information.
                Recent access records:
                2025-11-27 INFO ready
                """)).isEqualTo(1);
    }
}
