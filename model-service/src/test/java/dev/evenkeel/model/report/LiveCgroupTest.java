package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process under a real quota, where the kernel lets this one make a cgroup: as root, outside of most containers. */
class LiveCgroupTest {

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final double MEMORY_LIMIT = 64 << 20;
    private static final String BURN = "read go; held=$(head -c 4000000 /dev/zero | tr '\\0' a); while :; do :; done";

    @TempDir
    private Path root;

    private final List<Path> groups = new ArrayList<>();
    private final List<Process> burners = new ArrayList<>();

    @BeforeEach
    void aGroupOfAFifthOfACpu() throws IOException {
        String name = "evenkeel-test-" + ProcessHandle.current().pid();
        try {
            if (Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
                Path group = make(CGROUPS.resolve(name));
                Files.writeString(group.resolve("cpu.max"), "4000 20000");
                Files.writeString(group.resolve("memory.max"), Long.toString((long) MEMORY_LIMIT));
            } else {
                Path cpu = make(CGROUPS.resolve("cpu").resolve(name));
                Files.writeString(cpu.resolve("cpu.cfs_period_us"), "20000");
                Files.writeString(cpu.resolve("cpu.cfs_quota_us"), "4000");
                make(CGROUPS.resolve("cpuacct").resolve(name));
                Path memory = make(CGROUPS.resolve("memory").resolve(name));
                Files.writeString(memory.resolve("memory.limit_in_bytes"), Long.toString((long) MEMORY_LIMIT));
            }
        } catch (IOException e) {
            assumeTrue(false, "needs a cgroup with a quota, which cannot be made here: " + e);
        }
    }

    @AfterEach
    void cleanUp() throws InterruptedException {
        for (Process burner : burners) {
            burner.destroyForcibly().waitFor();
        }
        for (Path group : groups) {
            // the kernel lets go of a group a moment after its last process
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> Files.deleteIfExists(group) || !Files.exists(group));
        }
    }

    @Test
    void aProcessThatWantsMoreThanItsQuotaIsSeenToBeHeldBack() throws IOException {
        Process burner = burn();
        MachineReader reader = readerOf(burner);
        assertThat(reader.read().grantedCores()).isEqualTo(0.2);
        assertThat(reader.read().memoryLimit()).isEqualTo(MEMORY_LIMIT);
        MachineSampler sampler = new MachineSampler(reader, System.nanoTime());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    MachineSampler.Usage usage = sampler.sample(System.nanoTime());
                    assertThat(usage.throttled())
                            .as("4 ms of every 20 run, 16 waited")
                            .isBetween(0.6, 0.9);
                    assertThat(usage.ownCores()).isEqualTo(0.2, within(0.05));
                    assertThat(usage.memoryUtilization())
                            .as("the 4 MB that it holds")
                            .isBetween(4e6 / MEMORY_LIMIT, 0.5);
                    assertThat(usage.coresOthers()).as("nobody else is in it").isLessThan(0.05);
                });
    }

    @Test
    void aNeighbourUnderTheSameQuotaTakesHalfOfIt() throws IOException {
        Process burner = burn();
        burn();
        MachineSampler sampler = new MachineSampler(readerOf(burner), System.nanoTime());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(
                        () -> assertThat(sampler.sample(System.nanoTime()).coresOthers())
                                .isEqualTo(0.1, within(0.03)));
    }

    private Path make(Path group) throws IOException {
        Files.createDirectory(group);
        groups.add(group);
        return group;
    }

    /** Joined to the groups before it takes memory and burns, or these would be counted elsewhere. */
    private Process burn() throws IOException {
        Process burner = new ProcessBuilder("sh", "-c", BURN).start();
        burners.add(burner);
        for (Path group : groups) {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(burner.pid()));
        }
        try (var in = burner.outputWriter()) {
            in.write("go\n");
        }
        return burner;
    }

    /** The machine as that process would read it, but for the host's CPU: whoever else runs here is not of this test. */
    private MachineReader readerOf(Process process) throws IOException {
        Path proc = Files.createDirectory(root.resolve("proc"));
        Files.createSymbolicLink(proc.resolve("self"), Path.of("/proc", Long.toString(process.pid())));
        Files.createSymbolicLink(proc.resolve("meminfo"), Path.of("/proc/meminfo"));
        Files.createSymbolicLink(root.resolve("sys"), Path.of("/sys"));
        return MachineReader.linux(
                root,
                () -> Runtime.getRuntime().availableProcessors(),
                () -> process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3);
    }
}
