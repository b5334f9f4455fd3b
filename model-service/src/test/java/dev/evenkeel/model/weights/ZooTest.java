package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with the layout of the zoo; DJL's own way there is closed, as it is on a node. */
class ZooTest {

    private static final String FOLDER =
            "/mirror/model/nlp/text_embedding/ai/djl/huggingface/pytorch/sentence-transformers/all-MiniLM-L6-v2/";
    private static final String ADDRESS = "djl://ai.djl.huggingface.pytorch/sentence-transformers/all-MiniLM-L6-v2";
    private static final byte[] OLD = Zips.of("all-MiniLM-L6-v2.pt", "old", "tokenizer.json", "{}");
    private static final byte[] NEW = Zips.of("all-MiniLM-L6-v2.pt", "new", "tokenizer.json", "{}");

    private final FileServer server = new FileServer();

    @TempDir
    private Path dir;

    @BeforeEach
    void publish() {
        System.setProperty("ai.djl.offline", "true");
        server.with(FOLDER + "0.0.9/m.zip", OLD)
                .with(FOLDER + "0.0.10/m.zip", NEW)
                .with(FOLDER + "metadata.json", metadata(sha1(NEW)));
    }

    @AfterEach
    void stop() {
        server.close();
        System.clearProperty("ai.djl.offline");
    }

    @Test
    void theNewestVersionIsFetchedAndServedWithoutANetwork() throws IOException {
        Path folder = folder(ADDRESS);
        assertThat(folder.resolve("model.pt"))
                .as("called what the zoo does not call it")
                .hasContent("new");
        assertThat(folder.resolve("tokenizer.json")).hasContent("{}");
        server.close();
        assertThat(folder(ADDRESS)).isEqualTo(folder);
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void aVersionAndANameCanBeAskedFor() throws IOException {
        assertThat(folder(ADDRESS + "/0.0.9").resolve("model.pt")).hasContent("old");
        assertThat(folder(ADDRESS + "/0.0.9/mini").resolve("model.pt")).hasContent("old");
        assertThatThrownBy(() -> folder(ADDRESS + "/0.0.9/other")).hasMessageContaining("0.0.10/mini, 0.0.9/mini");
    }

    @Test
    void aClassifierIsFoundInItsApplication() throws IOException {
        String folder = "/mirror/model/nlp/text_classification/g/a/";
        server.with(folder + "0.0.9/m.zip", OLD)
                .with(folder + "0.0.10/m.zip", NEW)
                .with(folder + "metadata.json", metadata(""));
        assertThat(folder("djl://g/a").resolve("model.pt")).hasContent("new");
    }

    @Test
    void whatTheZooDoesNotHaveIsNamedWithWhereItWasLookedFor() {
        assertThatThrownBy(() -> folder("djl://g/none"))
                .hasMessageContaining("model m: the zoo does not have it")
                .hasMessageContaining(server.uri("/mirror/model/nlp/sentiment_analysis/g/none/")
                        .toString());
    }

    @Test
    void aFileThatIsNotTheZoosIsRefused() {
        server.with(FOLDER + "0.0.10/m.zip", OLD);
        assertThatThrownBy(() -> folder(ADDRESS))
                .hasMessageContaining(sha1(OLD))
                .hasMessageContaining(sha1(NEW));
    }

    private Path folder(String address) throws IOException {
        DownloadSettings settings = new DownloadSettings(
                server.uri("/mirror"), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(1));
        return Weights.in(dir, settings, System::nanoTime).folder(ModelSource.of("m", URI.create(address)));
    }

    private static byte[] metadata(String sha1) {
        String artifact = """
                {"version": "%s", "snapshot": false, "name": "mini", "arguments": {"pooling": "mean"},
                 "files": {"model": {"uri": "%s/m.zip", "name": "", "sha1Hash": "%s", "size": 1}}}""";
        return """
                {"metadataVersion": "0.2", "resourceType": "model", "application": "nlp/text_embedding",
                 "groupId": "ai.djl.huggingface.pytorch", "artifactId": "sentence-transformers/all-MiniLM-L6-v2",
                 "name": "all-MiniLM-L6-v2", "lastUpdated": "2023-01-01T00:00:00Z", "artifacts": [%s, %s]}""".formatted(
                        artifact.formatted("0.0.9", "0.0.9", sha1(OLD)), artifact.formatted("0.0.10", "0.0.10", sha1))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String sha1(byte[] content) {
        return HexFormat.of().formatHex(Checksum.digest("SHA-1").digest(content));
    }
}
