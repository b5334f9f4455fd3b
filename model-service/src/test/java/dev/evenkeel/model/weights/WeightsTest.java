package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {

    private static final URI BUNDLED = URI.create("classpath:/models/minibag-embed-256/");

    @TempDir
    private Path dir;

    @Test
    void nodesThatStartAtOnceShareOneCopy() throws Exception {
        try (ExecutorService nodes = Executors.newFixedThreadPool(8)) {
            Callable<Path> node = () -> Weights.in(dir).folder("m", BUNDLED);
            List<Future<Path>> folders =
                    nodes.invokeAll(IntStream.range(0, 8).mapToObj(i -> node).toList());
            for (Future<Path> folder : folders) {
                assertThat(folder.get()).isEqualTo(folders.getFirst().get());
                assertThat(folder.get().resolve("model.pt")).isNotEmptyFile();
            }
        }
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).as("no copy is left behind").hasSize(1);
        }
    }

    @Test
    void aFolderIsUsedWhereItIs() throws IOException {
        Path folder = Weights.in(dir).folder("m", BUNDLED);
        assertThat(Weights.in(dir).folder("m", folder.toUri())).isEqualTo(folder);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Weights.in(dir).folder("m", URI.create("classpath:/nowhere/")))
                .hasMessage("model m: there is no nowhere/model.pt on the class path");
        assertThatThrownBy(() -> Weights.in(dir).folder("m", dir.toUri())).hasMessageContaining("model.pt");
        assertThatThrownBy(() -> Weights.in(dir).folder("m", URI.create("s3:/x")))
                .hasMessageContaining("neither");
    }
}
