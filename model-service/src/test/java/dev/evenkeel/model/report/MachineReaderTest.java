package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel writes, as it was recorded on real machines. */
class MachineReaderTest {

    @TempDir
    private Path root;

    private KernelTree tree;

    @BeforeEach
    void aHost() {
        tree = new KernelTree(root).host();
    }

    @Nested
    class VersionTwo {

        @Test
        void inAContainerWithANamespaceOfItsOwn() {
            tree.versionTwo("/", "/")
                    .group("cpu.max", "150000 100000")
                    .group("cpu.stat", """
                            usage_usec 7000000
                            user_usec 6000000
                            system_usec 1000000
                            nr_periods 900
                            nr_throttled 300
                            throttled_usec 12500000
                            nr_bursts 0
                            burst_usec 0""")
                    .group("memory.max", "1073741824")
                    .group("memory.high", "max")
                    .group("memory.current", "805306368")
                    .group("memory.stat", "anon 400000000\ninactive_file 268435456\nactive_file 1");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(1.5);
            assertThat(machine.cgroupCpu()).isEqualTo(7);
            assertThat(machine.throttling()).isEqualTo(new Throttling(300, 12.5, 1.5, 0.1));
            assertThat(machine.memoryLimit()).isEqualTo(1073741824);
            assertThat(machine.memoryUsed()).isEqualTo(536870912);
            assertThat(machine.memoryUtilization()).isEqualTo(0.5, within(1e-9));
        }

        @Test
        void onAHostWhereTheQuotaIsOnAGroupAbove() {
            tree.versionTwo("/system.slice/node.service", "/")
                    .group("system.slice/cpu.max", "50000 100000")
                    .group("system.slice/cpu.stat", "usage_usec 9000000\nnr_throttled 8\nthrottled_usec 400000")
                    .group("system.slice/node.service/cpu.max", "max 100000")
                    .group("system.slice/node.service/cpu.stat", "usage_usec 4000000\nnr_throttled 0\nthrottled_usec 0")
                    .group("system.slice/node.service/memory.max", "max");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(0.5);
            assertThat(machine.cgroupCpu()).as("of those who share the quota").isEqualTo(9);
            assertThat(machine.throttling())
                    .as("of those who share the quota")
                    .isEqualTo(new Throttling(8, 0.4, 0.5, 0.1));
            assertThat(machine.memoryUtilization())
                    .as("the host's, without a limit")
                    .isEqualTo(0.25);
        }

        @Test
        void aProcessThatIsMovedIsUnderTheLimitsOfItsNewGroup() {
            tree.versionTwo("/", "/").group("limited/cpu.max", "50000 100000");
            MachineReader reader = MachineReader.linux(root, () -> 3, () -> 1.25);
            assertThat(reader.read().grantedCores()).isEqualTo(3);
            tree.versionTwo("/limited", "/");
            assertThat(reader.read().grantedCores()).isEqualTo(0.5);
            tree.group("limited/cpu.max", "10000 100000");
            assertThat(reader.read().grantedCores()).isEqualTo(0.1);
        }

        @Test
        void theTightestOfNestedLimitsCountsWhereverItIs() {
            tree.versionTwo("/kubepods/pod7/node", "/")
                    .group("kubepods/cpu.max", "350000 100000")
                    .group("kubepods/memory.max", "4000000000")
                    .group("kubepods/pod7/cpu.max", "max 100000")
                    .group("kubepods/pod7/memory.max", "1000000000")
                    .group("kubepods/pod7/memory.current", "900000000")
                    .group("kubepods/pod7/node/cpu.max", "50000 20000")
                    .group("kubepods/pod7/node/memory.max", "2000000000")
                    .group("kubepods/pod7/node/memory.current", "100000000");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(2.5);
            assertThat(machine.memoryUtilization()).as("of the pod").isEqualTo(0.9);
        }

        @Test
        void memoryHighCountsWhenItIsLowerThanTheMaximum() {
            tree.versionTwo("/", "/")
                    .group("memory.max", "1000000000")
                    .group("memory.high", "800000000")
                    .group("memory.current", "600000000");
            assertThat(tree.read().memoryLimit()).isEqualTo(800000000);
            assertThat(tree.read().memoryUtilization()).isEqualTo(0.75);
        }

        @Test
        void aBurstIsNoGrant() {
            tree.versionTwo("/", "/").group("cpu.max", "100000 100000").group("cpu.max.burst", "100000");
            assertThat(tree.read().grantedCores()).isEqualTo(1);
        }

        @Test
        void aQuotaAboveTheCpusGrantsTheCpus() {
            tree.versionTwo("/", "/").group("cpu.max", "800000 100000");
            assertThat(tree.read().grantedCores()).isEqualTo(3);
        }

        @Test
        void aPathOfTheHostThatTheContainerDoesNotHaveMeansTheTop() {
            tree.versionTwo("/system.slice/docker-abc.scope", "/")
                    .group("cpu.max", "20000 100000")
                    .group("memory.max", "1000000000");
            assertThat(tree.read().grantedCores()).isEqualTo(0.2);
            assertThat(tree.read().memoryLimit()).isEqualTo(1000000000);
        }

        @Test
        void aPathOutsideOfTheNamespaceMeansTheTop() {
            tree.versionTwo("/../../other", "/").group("cpu.max", "20000 100000");
            tree.file("sys/cpu.max", "10000 100000\n");
            assertThat(tree.read().grantedCores()).isEqualTo(0.2);
        }

        @Test
        void aMountOfAGroupIsNotTakenForAnotherWhoseNameBeginsLikeIt() {
            tree.versionTwo("/docker/abc", "/docker/ab")
                    .group("cpu.max", "20000 100000")
                    .group("c/cpu.max", "10000 100000");
            assertThat(tree.read().grantedCores()).isEqualTo(0.2);
        }

        @Test
        void missingFilesAreNoLimits() {
            tree.versionTwo("/", "/").group("cgroup.controllers", "");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(3);
            assertThat(machine.throttling()).isEqualTo(Throttling.NONE);
            assertThat(machine.memoryUtilization()).isEqualTo(0.25);
        }

        @Test
        void aQuotaWhoseThrottlingIsNotToldIsNotTakenForUnthrottled() {
            tree.versionTwo("/", "/").group("cpu.max", "20000 100000");
            Throttling told = tree.read().throttling();
            assertThat(told.shareSince(told, 1)).isNaN();
        }
    }

    @Nested
    class VersionOne {

        @Test
        void inAContainerThatSeesTheHostsPaths() {
            tree.file("proc/self/cgroup", """
                            5:memory:/docker/abc
                            3:cpuacct:/docker/abc
                            2:cpu:/docker/abc
                            0::/
                            """)
                    .file("proc/self/mountinfo", """
                            30 20 0:25 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cpu rw,cpu
                            31 20 0:26 /docker/abc /sys/fs/cgroup/cpuacct ro - cgroup cpuacct rw,cpuacct
                            32 20 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup memory rw,memory
                            """)
                    .group("cpu/cpu.cfs_quota_us", "200000")
                    .group("cpu/cpu.cfs_period_us", "100000")
                    .group("cpu/cpu.stat", "nr_periods 50\nnr_throttled 20\nthrottled_time 1500000000")
                    .group("cpuacct/cpuacct.usage", "3500000000")
                    .group("memory/memory.limit_in_bytes", "1000000000")
                    .group("memory/memory.usage_in_bytes", "600000000")
                    .group("memory/memory.stat", "cache 1\ntotal_inactive_file 100000000");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(2);
            assertThat(machine.cgroupCpu()).isEqualTo(3.5);
            assertThat(machine.throttling()).isEqualTo(new Throttling(20, 1.5, 2, 0.1));
            assertThat(machine.memoryUtilization()).isEqualTo(0.5);
        }

        /** The hybrid hierarchy of systemd: the tree of version 2 is there, but has no controllers. */
        @Test
        void countsWhereTheTreeOfVersionTwoIsEmpty() {
            tree.file("proc/self/cgroup", """
                            4:memory:/user.slice
                            3:cpu,cpuacct:/user.slice
                            1:name=systemd:/user.slice/session-1.scope
                            0::/user.slice/session-1.scope
                            """)
                    .file("proc/self/mountinfo", """
                            29 25 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
                            30 25 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
                            33 25 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                            34 25 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                            """)
                    .group("unified/user.slice/session-1.scope/cgroup.controllers", "")
                    .group("cpu,cpuacct/user.slice/cpu.cfs_quota_us", "50000")
                    .group("cpu,cpuacct/user.slice/cpu.cfs_period_us", "100000")
                    .group("cpu,cpuacct/user.slice/cpuacct.usage", "2000000000")
                    .group("memory/user.slice/memory.limit_in_bytes", "2000000000")
                    .group("memory/user.slice/memory.usage_in_bytes", "500000000");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(0.5);
            assertThat(machine.cgroupCpu()).isEqualTo(2);
            assertThat(machine.memoryUtilization()).isEqualTo(0.25);
        }

        @Test
        void withoutLimits() {
            tree.file("proc/self/cgroup", "4:memory:/api/1\n2:cpuacct,cpu:/\n0::/\n")
                    .file("proc/self/mountinfo", """
                            30 20 0:25 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                            31 20 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                            """)
                    .group("cpu,cpuacct/cpu.cfs_quota_us", "-1")
                    .group("cpu,cpuacct/cpu.cfs_period_us", "100000")
                    .group("cpu,cpuacct/cpuacct.usage", "3500000000")
                    .group("memory/api/1/memory.limit_in_bytes", "9223372036854771712");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).as("the CPUs it may run on").isEqualTo(3);
            assertThat(machine.cgroupCpu()).as("no neighbours without a quota").isEqualTo(1.25);
            assertThat(machine.throttling()).isEqualTo(Throttling.NONE);
            assertThat(machine.memoryUtilization()).isEqualTo(0.25);
        }

        /** As when a process was put under a quota by hand: the group exists for the CPU's controller alone. */
        @Test
        void withAGroupThatOnlyOneTreeHas() {
            tree.file("proc/self/cgroup", "2:cpuacct:/\n1:cpu:/quota\n")
                    .file("proc/self/mountinfo", """
                            30 20 0:25 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
                            31 20 0:26 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct
                            """)
                    .group("cpu/quota/cpu.cfs_quota_us", "40000")
                    .group("cpu/quota/cpu.cfs_period_us", "100000")
                    .group("cpuacct/cpuacct.usage", "99000000000");
            Machine machine = tree.read();
            assertThat(machine.grantedCores()).isEqualTo(0.4);
            assertThat(machine.cgroupCpu()).as("not what the whole host used").isEqualTo(1.25);
        }
    }

    @Test
    void theHostIsReadWithoutIdleTimeAndWithoutCountingGuestsTwice() {
        Machine machine = tree.read();
        assertThat(machine.hostCores()).isEqualTo(4);
        assertThat(machine.hostCpu()).isEqualTo(16.5);
    }

    @Test
    void aMachineThatTellsNothingHasNoNeighbours() {
        assertThat(new KernelTree(root.resolve("nothing")).read())
                .isEqualTo(new Machine(3, 1.25, 1.25, 3, 1.25, Throttling.NONE, 0, 0));
    }

    @Test
    void thisMachineCanBeRead() {
        Machine machine = MachineReader.linux(Path.of("/"), () -> 64, () -> 1).read();
        assertThat(machine.grantedCores()).isPositive();
        assertThat(machine.memoryUtilization()).isBetween(0.0, 1.0);
    }
}
