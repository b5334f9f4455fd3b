package dev.evenkeel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a node's container starts Java, by the CPU that its cgroup grants. */
class EntryPointTest {

    private static final Path SCRIPT =
            Path.of(Objects.requireNonNull(System.getProperty("evenkeel.root")), "docker/node");

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            50000 100000  | small
            99999 100000  | small
            100000 100000 | usual
            250000 100000 | usual
            max 100000    | usual
            """)
    void lessThanACpuIsCompiledByTheFirstCompilerAlone(String limit, String expected) throws Exception {
        Files.writeString(dir.resolve("cpu.max"), limit + "\n");
        assertThat(started(Map.of())).isEqualTo(expected.equals("small") ? "-XX:TieredStopAtLevel=1 |3s" : "|");
    }

    @ParameterizedTest
    @CsvSource({"22000, -XX:TieredStopAtLevel=1 |3s", "200000, |", "-1, |"})
    void theFirstVersionOfCgroupsIsReadToo(String quota, String expected) throws Exception {
        Path cpu = Files.createDirectory(dir.resolve("cpu"));
        Files.writeString(cpu.resolve("cpu.cfs_quota_us"), quota + "\n");
        Files.writeString(cpu.resolve("cpu.cfs_period_us"), "100000\n");
        assertThat(started(Map.of())).isEqualTo(expected);
    }

    @Test
    void withoutLimitsItStartsAsUsual() throws Exception {
        assertThat(started(Map.of())).isEqualTo("|");
    }

    @Test
    void whatIsSetComesLaterOrStands() throws Exception {
        Files.writeString(dir.resolve("cpu.max"), "50000 100000\n");
        assertThat(started(Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=4", "EVENKEEL_WARMUP", "0s")))
                .isEqualTo("-XX:TieredStopAtLevel=1 -XX:TieredStopAtLevel=4|0s");
    }

    /** What a {@code java} that only tells it is given: the options that it adds, and the time for its own requests. */
    private String started(Map<String, String> environment) throws IOException, InterruptedException {
        Path java = Files.writeString(
                dir.resolve("java"), "#!/bin/sh\nprintf '%s|%s' \"$JDK_JAVA_OPTIONS\" \"$EVENKEEL_WARMUP\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true);
        Map<String, String> env = builder.environment();
        env.remove("JDK_JAVA_OPTIONS");
        env.put("PATH", dir + ":" + env.get("PATH"));
        env.put("CGROUP", dir.toString());
        env.putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
