package dev.evenkeel.benchmarks.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real groups, where the kernel lets this process make one. */
class CpuGroupTest {

    private static final Duration PERIOD = Duration.ofMillis(20);

    /** A node reads what its neighbours use in the tree that counts CPU, which is not always the one with the quotas. */
    @Test
    void aProcessIsInTheGroupInEveryTreeThatIsAboutCpuAndLeavesItAtTheEnd() throws Exception {
        String name = "evenkeel-group-" + ProcessHandle.current().pid();
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            try (CpuGroup group = create(name)) {
                group.add(process.pid());
                assertThat(lines(process)).isNotEmpty().allMatch(line -> line.endsWith(":/" + name));
            }
            assertThat(lines(process)).noneMatch(line -> line.endsWith(name));
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static CpuGroup create(String name) {
        try {
            return CpuGroup.create(name, 0.5, PERIOD);
        } catch (UncheckedIOException e) {
            assumeTrue(false, "needs a CPU cgroup, which cannot be made here: " + e);
            throw e;
        }
    }

    /** Of version 1 those of the controllers of CPU; of version 2 the only one. */
    private static List<String> lines(Process process) throws IOException {
        boolean second = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "cgroup")).stream()
                .filter(line -> second
                        ? line.startsWith("0::")
                        : List.of(line.split(":", 3)[1].split(",", -1)).stream()
                                .anyMatch(List.of("cpu", "cpuacct")::contains))
                .toList();
    }
}
