package dev.evenkeel.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoopTest {

    @Test
    void inputsPerSecondCountTheInputsOfABatchAndNotItsCalls() throws IOException {
        AtomicLong clock = new AtomicLong();
        Loop loop = new Loop(() -> clock.addAndGet(10_000_000), new Random(1));
        String[] args = {"--folder", SmallEncoder.FOLDER.toString(), "--batch", "4", "--seconds", "1", "--warm-up", "1"
        };
        assertThat(loop.run(Options.parse(args, Loop.DEFAULTS)))
                .isEqualTo("{\"inputsPerSecond\":400.00,\"p50Micros\":10000,\"p99Micros\":10000,\"calls\":100}");
    }

    @Test
    void oneSlowCallInAHundredIsNotThe99thPercentile() {
        long[] nanos = LongStream.rangeClosed(1, 100).map(i -> i * 1000).toArray();
        nanos[99] = 9_000_000;
        assertThat(new Loop.Calls(nanos, 1_000_000_000, 0).json(1)).contains("\"p50Micros\":50,", "\"p99Micros\":99,");
    }

    @Test
    void aNameThatIsNoOptionIsAnsweredWithThoseThatAre() {
        assertThatThrownBy(() -> Options.parse(new String[] {"--bach", "1"}, Loop.DEFAULTS))
                .hasMessageContaining("--bach")
                .hasMessageContaining("--batch");
        assertThatThrownBy(() -> Options.parse(new String[] {"--batch", "0"}, Loop.DEFAULTS)
                        .integer("batch", 1))
                .hasMessage("--batch has '0'; it takes whole numbers from 1 on");
    }
}
