package dev.evenkeel.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows between processes. */
class ProcessesTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final FileServer server = new FileServer().with("/m.zip", Zips.big());

    @TempDir
    private Path dir;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void twoThatStartAtOnceDownloadOnce() throws Exception {
        Process one = Node.start(dir, server.uri("/m.zip"));
        Process two = Node.start(dir, server.uri("/m.zip"));
        assertSucceeds(one);
        assertSucceeds(two);
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void oneThatWasKilledHalfWayHoldsUpNobodyAndIsResumed() throws Exception {
        server.once(FileServer.stallAfter(100_000));
        Process killed = Node.start(dir, server.uri("/m.zip"));
        await().atMost(DEADLINE).until(() -> partBytes() == 100_000);
        Process waiting = Node.start(dir, server.uri("/m.zip"));
        killed.destroyForcibly().waitFor();
        assertSucceeds(waiting);
        assertThat(server.requests).hasSize(2);
        assertThat(server.requests.getLast().range()).isEqualTo("bytes=100000-");
    }

    private static void assertSucceeds(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private long partBytes() throws IOException {
        Path work = dir.resolve(".work");
        if (!Files.isDirectory(work)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".part"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
