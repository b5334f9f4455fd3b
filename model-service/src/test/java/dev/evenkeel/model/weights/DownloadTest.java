package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {

    private static final byte[] ZIP = Zips.big();

    private final FileServer server = new FileServer().with("/m.zip", ZIP);
    private final URI url = server.uri("/m.zip");
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();

    @TempDir
    private Path dir;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aSecondStartNeedsNoNetwork() throws IOException {
        Path folder = folder(url);
        assertThat(folder.resolve("onnx/model.onnx")).hasContent("o");
        server.close();
        assertThat(folder(url)).isEqualTo(folder);
        assertThat(server.requests).hasSize(1);
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void whatWasCutOffIsResumed() throws IOException {
        server.once(FileServer.cutOffAfter(100_000));
        assertWhole(folder(url));
        assertThat(server.requests).extracting(FileServer.Request::range).containsExactly("", "bytes=100000-");
    }

    @Test
    void aServerThatKnowsNoRangesSendsAllAgain() throws IOException {
        server.once(FileServer.cutOffAfter(100_000)).once((exchange, content, etag) -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        });
        assertWhole(folder(url));
    }

    @Test
    void aFileThatChangedMeanwhileStartsAnew() throws IOException {
        byte[] changed = Zips.of("model.pt", "changed");
        server.once((exchange, content, etag) -> {
            FileServer.cutOffAfter(100_000).answer(exchange, content, etag);
            server.with("/m.zip", changed);
        });
        assertThat(folder(url).resolve("model.pt")).hasContent("changed");
    }

    @Test
    void withoutAValidatorNothingIsResumed() throws IOException {
        server.once(
                (exchange, content, etag) -> FileServer.cutOffAfter(100_000).answer(exchange, content, "W/\"weak\""));
        assertWhole(folder(url));
        assertThat(server.requests).extracting(FileServer.Request::range).containsExactly("", "");
    }

    @Test
    void aRestFromElsewhereIsNotTaken() throws IOException {
        server.once(FileServer.cutOffAfter(100_000)).once((exchange, content, etag) -> {
            exchange.getResponseHeaders().set("ETag", etag);
            exchange.getResponseHeaders().set("Content-Range", "bytes 5-9/" + content.length);
            exchange.sendResponseHeaders(206, 5);
            exchange.getResponseBody().write(content, 5, 5);
        });
        assertWhole(folder(url));
    }

    @Test
    void aRestShorterThanTheFileIsContinued() throws IOException {
        server.once(FileServer.cutOffAfter(100_000)).once((exchange, content, etag) -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 100000-199999/" + content.length);
            exchange.sendResponseHeaders(206, 100_000);
            exchange.getResponseBody().write(content, 100_000, 100_000);
        });
        assertWhole(folder(url));
        assertThat(server.requests.getLast().range()).isEqualTo("bytes=200000-");
    }

    @Test
    void aServerThatIsBusyIsAskedAgainWithLongerPauses() throws IOException {
        server.once(FileServer.status(503)).once(FileServer.status(429)).once(FileServer.status(502));
        assertWhole(folder(url));
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void aServerThatStaysBusyIsGivenUp() {
        for (int i = 0; i < 9; i++) {
            server.once(FileServer.status(503));
        }
        assertThatThrownBy(() -> folder(url))
                .hasMessage("model m: " + url
                        + " could not be downloaded: the server answered 503 (attempt 5, after 15 s)");
        assertThat(server.requests).hasSize(5);
    }

    @Test
    void whatIsNotThereIsAskedForOnce() {
        assertThatThrownBy(() -> folder(server.uri("/other.zip")))
                .hasMessage(
                        "model m: " + server.uri("/other.zip") + " could not be downloaded: the server answered 404");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void aServerThatFallsSilentIsAskedAgain() throws IOException {
        server.once(FileServer.stallAfter(100_000));
        assertWhole(folder(url));
        assertThat(server.requests.getLast().range()).isEqualTo("bytes=100000-");
    }

    @Test
    void theTimeForAllAttemptsIsBounded() {
        server.once((exchange, content, etag) -> {
            now.addAndGet(Duration.ofHours(2).toNanos());
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        });
        assertThatThrownBy(() -> folder(url)).hasMessageContaining("took longer than 3600 s");
    }

    @Test
    void redirectsAreFollowedAndACircleIsNot() throws IOException {
        server.once(FileServer.redirect("/m.zip"));
        assertWhole(folder(url));
        for (int i = 0; i < 9; i++) {
            server.once(FileServer.redirect("/m.zip"));
        }
        assertThatThrownBy(() -> folder(server.uri("/m.zip?again")))
                .hasMessageContaining("redirected more than 5 times");
        assertThatThrownBy(() -> folderAfterRedirect("file:/etc/passwd")).hasMessageContaining("is not followed");
    }

    @Test
    void aZipWithAnotherChecksumIsRefusedAndForgotten() throws IOException {
        String expected = "ab".repeat(32);
        ModelSource source = new ModelSource("m", url, Optional.of(expected));
        assertThatThrownBy(() -> weights().folder(source))
                .hasMessage("model m: the SHA-256 of " + url + " is " + sha256() + " and not " + expected
                        + ", so nothing of it is used");
        assertThat(unfinished()).isEmpty();
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(dir.resolve(".work"));
        }
    }

    @Test
    void aChecksumThatIsConfiguredLaterIsChecked() throws IOException {
        folder(url);
        assertThatThrownBy(() -> weights().folder(new ModelSource("m", url, Optional.of("ab".repeat(32)))))
                .hasMessageContaining("SHA-256");
        assertWhole(weights().folder(new ModelSource("m", url, Optional.of(sha256()))));
    }

    @Test
    void aDamagedZipIsFetchedAgainAtTheNextStart() throws IOException {
        server.with("/m.zip", "an error page".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> folder(url)).hasMessageContaining(url + " is no zip, or a damaged one");
        server.with("/m.zip", ZIP);
        assertWhole(folder(url));
    }

    @Test
    void credentialsAreSentAndNeitherShownNorKept() throws IOException {
        URI secret = URI.create(url.toString().replace("//", "//user:pass%20word@"));
        server.once(FileServer.status(401));
        assertThatThrownBy(() -> folder(secret)).hasMessageContaining("//127.").hasMessageNotContaining("pass");
        assertThat(ModelSource.of("m", secret).toString()).doesNotContain("pass");
        assertThat(folder(secret)).isEqualTo(folder(url));
        // "user:pass word"
        assertThat(server.requests.getLast().authorization()).isEqualTo("Basic dXNlcjpwYXNzIHdvcmQ=");
    }

    @Test
    void credentialsDoNotFollowARedirectElsewhere() throws IOException {
        try (FileServer other = new FileServer().with("/m.zip", ZIP)) {
            server.once(FileServer.redirect(other.uri("/m.zip").toString()));
            assertWhole(folder(URI.create(url.toString().replace("//", "//user:pass@"))));
            assertThat(other.requests.getLast().authorization()).isEmpty();
        }
    }

    @Test
    void aDirectoryThatTakesNoFilesIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");
        assertThatThrownBy(() -> weights(file).folder(ModelSource.of("m", url)))
                .hasMessageContaining("cannot be kept in " + file);
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        server.close();
        assertThatThrownBy(() -> folder(url))
                .hasMessageStartingWith("model m: " + url + " could not be downloaded: no connection");
    }

    private Path folderAfterRedirect(String location) throws IOException {
        try (FileServer other = new FileServer().with("/m.zip", ZIP)) {
            other.once(FileServer.redirect(location));
            return folder(other.uri("/m.zip"));
        }
    }

    private static void assertWhole(Path folder) throws IOException {
        byte[] model = Files.readAllBytes(folder.resolve("model.pt"));
        assertThat(model).hasSize(400_000);
        assertThat(folder.resolve("onnx/model.onnx")).hasContent("o");
    }

    private Path folder(URI address) throws IOException {
        return weights().folder(ModelSource.of("m", address));
    }

    private CachedWeights weights() {
        return weights(dir);
    }

    private CachedWeights weights(Path where) {
        DownloadSettings settings = new DownloadSettings(
                DownloadSettings.DEFAULT.zoo(), Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofHours(1));
        Download.Sleeper sleeper = pause -> {
            pauses.add(pause);
            now.addAndGet(pause.toNanos());
        };
        return new CachedWeights(where, new Download(settings, sleeper, now::get), settings.zoo());
    }

    private static String sha256() {
        return HexFormat.of().formatHex(Checksum.digest("SHA-256").digest(ZIP));
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve(".work"))) {
            return files.filter(file -> !file.toString().endsWith(".lock")).toList();
        }
    }
}
