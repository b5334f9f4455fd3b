package dev.evenkeel.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.batcher.ServiceCurve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveTest {

    /** A clock by which everything takes 5 ms. */
    private final AtomicLong clock = new AtomicLong();

    private final Curve curve = new Curve(() -> clock.addAndGet(5_000_000), new Random(1));

    @TempDir
    Path folder;

    @Test
    void theBatcherReadsWhatIsWritten() throws IOException {
        Path out = folder.resolve("made/on/the/way.csv");
        String table = curve.run(options("--inputs", "1,4", "--tokens", "8,16", "--rounds", "2", "--out", "" + out));
        assertThat(ServiceCurve.parse(Files.readString(out)).points())
                .containsExactly(
                        new ServiceCurve.Point(1, 8, 5000),
                        new ServiceCurve.Point(1, 16, 5000),
                        new ServiceCurve.Point(4, 8, 5000),
                        new ServiceCurve.Point(4, 16, 5000));
        assertThat(Files.readString(out)).startsWith("# ").contains("1 thread", "--rounds 2");
        assertThat(table).contains("micros per input").contains("1250");
    }

    @Test
    void aGridOfOneRowIsRefusedBeforeItIsMeasured() {
        assertThatThrownBy(() -> curve.run(options("--inputs", "1", "--out", "" + folder.resolve("none.csv"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two or more");
        assertThat(clock).hasValue(0);
    }

    private static Options options(String... args) {
        Options options = Options.parse(args, Curve.DEFAULTS);
        options.values().put("folder", SmallEncoder.FOLDER.toString());
        return options;
    }
}
