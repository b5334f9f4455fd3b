package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnzipTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "/proc/out", "\\out", "..\\out", "C:/out", "a//b", "./a"})
    void whatWouldLandOutsideIsRefused(String name) throws IOException {
        assertThatThrownBy(() -> unpack(Zips.of("model.pt", "m", name, "x"), 100))
                .hasMessage(
                        "model m: the.zip is not unpacked, because its entry " + name + " is no path below a folder");
        assertThat(dir.resolve("out")).doesNotExist();
    }

    @Test
    void symbolicLinksAreRefused() {
        assertThatThrownBy(() -> unpack(Zips.withLink(Zips.of("link", "/etc/passwd", "model.pt", "m")), 100))
                .hasMessageEndingWith("its entry link is a symbolic link");
    }

    @Test
    void aBombStopsAtTheLimit() {
        assertThatThrownBy(() -> unpack(Zips.of("model.pt", "0".repeat(100_000)), 99_999))
                .hasMessageEndingWith("because it has more than 99999 bytes when it is unpacked");
    }

    @Test
    void manyThousandEntriesAreRefused() {
        String[] files = IntStream.rangeClosed(0, 10_000)
                .boxed()
                .flatMap(i -> Stream.of("f" + i, ""))
                .toArray(String[]::new);
        assertThatThrownBy(() -> unpack(Zips.of(files), 100)).hasMessageContaining("it has 10001 entries");
    }

    @Test
    void anEmptyOrDamagedZipIsRefused() {
        assertThatThrownBy(() -> unpack(Zips.of("folder/", ""), 100)).hasMessageEndingWith("there is no file in it");
        assertThatThrownBy(() -> unpack(new byte[] {1, 2, 3}, 100)).hasMessageContaining("is no zip, or a damaged one");
    }

    @Test
    void aSingleTopFolderIsLeftOutAndSubFoldersStay() throws IOException {
        unpack(Zips.of("top/model.pt", "m", "top/1_Pooling/config.json", "{}", "__MACOSX/top/x", "mac"), 100);
        assertThat(dir.resolve("out.d/model.pt")).hasContent("m");
        assertThat(dir.resolve("out.d/1_Pooling/config.json")).hasContent("{}");
        assertThat(dir.resolve("out.d/__MACOSX")).doesNotExist();
    }

    private void unpack(byte[] zip, long maxBytes) throws IOException {
        Path file = Files.write(dir.resolve("the.zip"), zip);
        new Unzip("m", "the.zip", maxBytes).unpack(file, Files.createDirectories(dir.resolve("out.d")));
    }
}
