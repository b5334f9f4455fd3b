package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel writes, as it was recorded on real machines. */
class MachineReaderTest {

    private static final String STAT = """
            cpu  1000 50 450 90000 300 20 30 100 400 0
            cpu0 500 25 225 45000 150 10 15 50 200 0
            cpu1 500 25 225 45000 150 10 15 50 200 0
            cpu2 0 0 0 0 0 0 0 0 0 0
            cpu3 0 0 0 0 0 0 0 0 0 0
            intr 12345
            """;

    private static final String MEMINFO = """
            MemTotal:       16000000 kB
            MemFree:         1000000 kB
            MemAvailable:   12000000 kB
            """;

    @TempDir
    private Path root;

    @Test
    void versionTwoInAContainer() throws IOException {
        host();
        file("proc/self/cgroup", "0::/\n");
        file(
                "proc/self/mountinfo",
                "612 600 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n");
        file("sys/fs/cgroup/cpu.max", "150000 100000\n");
        file("sys/fs/cgroup/cpu.stat", "usage_usec 7000000\nuser_usec 6000000\nsystem_usec 1000000\n");
        file("sys/fs/cgroup/memory.max", "1073741824\n");
        file("sys/fs/cgroup/memory.current", "805306368\n");
        file("sys/fs/cgroup/memory.stat", "anon 400000000\ninactive_file 268435456\nactive_file 1\n");
        Machine machine = read();
        assertThat(machine.grantedCores()).isEqualTo(1.5);
        assertThat(machine.cgroupCpu()).isEqualTo(7);
        assertThat(machine.memoryUtilization()).isEqualTo(0.5, within(1e-9));
    }

    @Test
    void versionTwoOnAHostWhereTheQuotaIsOnAGroupAbove() throws IOException {
        host();
        file("proc/self/cgroup", "0::/system.slice/node.service\n");
        file("proc/self/mountinfo", "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        file("sys/fs/cgroup/system.slice/cpu.max", "50000 100000\n");
        file("sys/fs/cgroup/system.slice/cpu.stat", "usage_usec 9000000\n");
        file("sys/fs/cgroup/system.slice/node.service/cpu.max", "max 100000\n");
        file("sys/fs/cgroup/system.slice/node.service/cpu.stat", "usage_usec 4000000\n");
        file("sys/fs/cgroup/system.slice/node.service/memory.max", "max\n");
        Machine machine = read();
        assertThat(machine.grantedCores()).isEqualTo(0.5);
        assertThat(machine.cgroupCpu()).as("of those who share the quota").isEqualTo(9);
        assertThat(machine.memoryUtilization())
                .as("the host's, without a limit")
                .isEqualTo(0.25);
    }

    @Test
    void versionOneInAContainerThatSeesTheHostsPaths() throws IOException {
        host();
        file("proc/self/cgroup", """
                5:memory:/docker/abc
                3:cpuacct:/docker/abc
                2:cpu:/docker/abc
                0::/
                """);
        file("proc/self/mountinfo", """
                30 20 0:25 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cpu rw,cpu
                31 20 0:26 /docker/abc /sys/fs/cgroup/cpuacct ro - cgroup cpuacct rw,cpuacct
                32 20 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup memory rw,memory
                """);
        file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
        file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        file("sys/fs/cgroup/cpuacct/cpuacct.usage", "3500000000\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000000\n");
        file("sys/fs/cgroup/memory/memory.usage_in_bytes", "600000000\n");
        file("sys/fs/cgroup/memory/memory.stat", "cache 1\ntotal_inactive_file 100000000\n");
        Machine machine = read();
        assertThat(machine.grantedCores()).isEqualTo(2);
        assertThat(machine.cgroupCpu()).isEqualTo(3.5);
        assertThat(machine.memoryUtilization()).isEqualTo(0.5);
    }

    @Test
    void versionOneWithoutLimits() throws IOException {
        host();
        file("proc/self/cgroup", "4:memory:/api/1\n2:cpuacct,cpu:/\n0::/\n");
        file("proc/self/mountinfo", """
                30 20 0:25 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                31 20 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                """);
        file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        file("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "3500000000\n");
        file("sys/fs/cgroup/memory/api/1/memory.limit_in_bytes", "9223372036854771712\n");
        Machine machine = read();
        assertThat(machine.grantedCores()).as("the CPUs it may run on").isEqualTo(3);
        assertThat(machine.cgroupCpu()).as("no neighbours without a quota").isEqualTo(1.25);
        assertThat(machine.memoryUtilization()).isEqualTo(0.25);
    }

    /** As when a process was put under a quota by hand: the group exists for the CPU's controller alone. */
    @Test
    void versionOneWithAGroupThatOnlyOneTreeHas() throws IOException {
        host();
        file("proc/self/cgroup", "2:cpuacct:/\n1:cpu:/quota\n");
        file("proc/self/mountinfo", """
                30 20 0:25 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
                31 20 0:26 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct
                """);
        file("sys/fs/cgroup/cpu/quota/cpu.cfs_quota_us", "40000\n");
        file("sys/fs/cgroup/cpu/quota/cpu.cfs_period_us", "100000\n");
        file("sys/fs/cgroup/cpuacct/cpuacct.usage", "99000000000\n");
        Machine machine = read();
        assertThat(machine.grantedCores()).isEqualTo(0.4);
        assertThat(machine.cgroupCpu()).as("not what the whole host used").isEqualTo(1.25);
    }

    @Test
    void theHostIsReadWithoutIdleTimeAndWithoutCountingGuestsTwice() throws IOException {
        host();
        Machine machine = read();
        assertThat(machine.hostCores()).isEqualTo(4);
        assertThat(machine.hostCpu()).isEqualTo(16.5);
    }

    @Test
    void aMachineThatTellsNothingHasNoNeighbours() {
        assertThat(read()).isEqualTo(new Machine(3, 1.25, 1.25, 3, 1.25, 0));
    }

    @Test
    void thisMachineCanBeRead() {
        Machine machine = MachineReader.linux(Path.of("/"), () -> 64, () -> 1).read();
        assertThat(machine.grantedCores()).isPositive();
        assertThat(machine.memoryUtilization()).isBetween(0.0, 1.0);
    }

    private Machine read() {
        return MachineReader.linux(root, () -> 3, () -> 1.25).read();
    }

    private void host() throws IOException {
        file("proc/stat", STAT);
        file("proc/meminfo", MEMINFO);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
