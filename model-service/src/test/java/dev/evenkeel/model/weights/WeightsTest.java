package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
            Callable<Path> node = () -> folder(BUNDLED);
            List<Future<Path>> folders =
                    nodes.invokeAll(IntStream.range(0, 8).mapToObj(i -> node).toList());
            for (Future<Path> folder : folders) {
                assertThat(folder.get()).isEqualTo(folders.getFirst().get());
                assertThat(folder.get().resolve("model.pt")).isNotEmptyFile();
            }
        }
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).filteredOn(path -> !path.endsWith(".work")).hasSize(1);
        }
        assertThat(unfinished()).as("no copy is left behind").isEmpty();
    }

    @Test
    void aFolderIsUsedWhereItIs() throws IOException {
        Path folder = folder(BUNDLED);
        assertThat(folder(folder.toUri())).isEqualTo(folder);
    }

    @Test
    void aZipOnTheDiskIsUnpackedOnceUntilItChanges() throws IOException {
        Path zip = Files.write(dir.resolve("some.zip"), Zips.of("model.pt", "one", "1_Pooling/config.json", "{}"));
        Path first = folder(zip.toUri());
        assertThat(first.resolve("1_Pooling/config.json")).hasContent("{}");
        assertThat(folder(zip.toUri())).isEqualTo(first);

        Files.write(zip, Zips.of("model.pt", "two"));
        assertThat(folder(zip.toUri())).isNotEqualTo(first);
        assertThat(folder(zip.toUri()).resolve("model.pt")).hasContent("two");
    }

    @Test
    void aZipOnTheDiskWithAnotherChecksumIsRefused() throws IOException {
        Path zip = Files.write(dir.resolve("some.zip"), Zips.of("model.pt", "one"));
        String expected = "ab".repeat(32);
        assertThatThrownBy(() -> weights(dir).folder(new ModelSource("m", zip.toUri(), Optional.of(expected))))
                .hasMessageContaining("model m")
                .hasMessageContaining(expected)
                .hasMessageContaining(Checksum.sha256(zip));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> folder(URI.create("classpath:/nowhere/")))
                .hasMessageContaining("model m: there is no model in nowhere/ on the class path")
                .hasMessageContaining("onnx/model.onnx");
        assertThatThrownBy(() -> folder(dir.toUri())).hasMessage("model m: there are no files in " + dir);
        assertThatThrownBy(() -> folder(dir.resolve("x.zip").toUri())).hasMessageContaining("there is no " + dir);
        ModelSource gone = new ModelSource("m", dir.resolve("x.zip").toUri(), Optional.of("ab".repeat(32)));
        assertThatThrownBy(() -> weights(dir).folder(gone)).hasMessageContaining("there is no " + dir);
        assertThatThrownBy(() -> folder(URI.create("s3:/x"))).hasMessageContaining("none of classpath:/folder/");
        assertThatThrownBy(() -> folder(URI.create("djl://group"))).hasMessageContaining("djl://groupId/artifactId");
        assertThatThrownBy(() -> new ModelSource("m", BUNDLED, Optional.of("12")))
                .hasMessage("model m: a SHA-256 has 64 hexadecimal digits, and 12 is none");
    }

    @Test
    void aCacheThatCannotBeWrittenToServesWhatItHas() throws IOException {
        Path folder = folder(BUNDLED);
        Path work = dir.resolve(".work");
        assumeTrue(dir.toFile().setWritable(false) && work.toFile().setWritable(false));
        try {
            assertThat(folder(BUNDLED)).isEqualTo(folder);
        } finally {
            assertThat(dir.toFile().setWritable(true) && work.toFile().setWritable(true))
                    .isTrue();
        }
    }

    @Test
    void theDirectoryThatTakesNoFilesIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "in the way");
        assertThatThrownBy(() -> weights(file).folder(ModelSource.of("m", BUNDLED)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("model m: its files cannot be kept in " + file);
    }

    @Test
    void whatDeadProcessesLeftIsDeletedAndWhatTheLivingFillIsNot() throws IOException {
        Path work = Files.createDirectories(dir.resolve(".work")).toRealPath();
        Path dead = Files.createDirectories(work.resolve("old-1.folder/onnx"));
        Path living = Files.createDirectories(work.resolve("new-2.folder"));
        try (CacheLock lock = CacheLock.hold(work.resolve("new-2.lock"), () -> {})) {
            assertThat(lock).isNotNull();
            folder(BUNDLED);
            assertThat(living).exists();
        }
        assertThat(dead.getParent()).doesNotExist();
    }

    @Test
    void aModelsNameMayHaveSlashes() throws IOException {
        Path folder = weights(dir).folder(ModelSource.of("org/../m", BUNDLED));
        assertThat(folder.getParent()).isEqualTo(dir);
    }

    private Path folder(URI url) throws IOException {
        return weights(dir).folder(ModelSource.of("m", url));
    }

    private static Weights weights(Path dir) {
        return Weights.in(dir, DownloadSettings.DEFAULT, System::nanoTime);
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve(".work"))) {
            return files.filter(file -> !file.toString().endsWith(".lock")).toList();
        }
    }
}
