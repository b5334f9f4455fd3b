package dev.evenkeel.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsTest {

    @Test
    void programsSayWhatTheyAre() {
        assertThat(Versions.version("HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/"))
                .isEqualTo("2.6.12-1+deb12u4");
        assertThat(Versions.version("nginx version: nginx/1.22.1")).isEqualTo("1.22.1");
        assertThat(Versions.version("")).isEqualTo("unknown");
    }

    @Test
    void theStockGatewaysIsThatOfItsLibrary() {
        assertThat(Versions.stockGateway()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void aFolderThatIsNoCheckoutHasNoCommit(@TempDir Path folder) {
        assertThat(Versions.commit(folder)).isEqualTo("unknown");
    }

    @Test
    void aSessionIsATimeAndACommit() {
        Session session = Session.of(Instant.parse("2026-11-27T07:05:09.123Z"), "ab1414b");

        assertThat(session.id()).isEqualTo("2026-11-27T07:05:09Z ab1414b");
        assertThat(session.text()).isEqualTo("the session of 2026-11-27T07:05:09Z at commit `ab1414b`");
        assertThat(new Session("").text()).startsWith("an earlier session");
    }
}
