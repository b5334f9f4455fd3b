package dev.evenkeel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the watch over all other tests sees what it is there for. */
class BufferLeaksTest {

    @Test
    void aBufferThatNobodyReleasesIsFoundAndToldOnce() throws Exception {
        assertThat(BufferLeaks.find()).isEmpty();
        dropOne();
        List<String> leaks = BufferLeaks.find();
        assertThat(leaks).singleElement().asString().contains("dropOne");
        assertThat(BufferLeaks.find()).isEmpty();
    }

    @Test
    void oneThatIsReleasedOrStillHeldIsNone() throws Exception {
        ByteBufAllocator.DEFAULT.directBuffer(16).release();
        ByteBuf held = ByteBufAllocator.DEFAULT.directBuffer(16);
        assertThat(BufferLeaks.find()).isEmpty();
        held.release();
    }

    /** A method of its own: nothing refers to the buffer when it is left. */
    private static void dropOne() {
        ByteBufAllocator.DEFAULT.directBuffer(16).writeLong(42);
    }
}
