package dev.evenkeel.model.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with files as the kernel writes them in {@code /proc} and {@code /sys}. */
record KernelTree(Path root) {

    /** A host of 4 cores and 16 GB, a quarter of it in use. */
    KernelTree host() {
        return file("proc/stat", """
                        cpu  1000 50 450 90000 300 20 30 100 400 0
                        cpu0 500 25 225 45000 150 10 15 50 200 0
                        cpu1 500 25 225 45000 150 10 15 50 200 0
                        cpu2 0 0 0 0 0 0 0 0 0 0
                        cpu3 0 0 0 0 0 0 0 0 0 0
                        intr 12345
                        """).file("proc/meminfo", """
                        MemTotal:       16000000 kB
                        MemFree:         1000000 kB
                        MemAvailable:   12000000 kB
                        """);
    }

    /** The process is in this group of version 2, of which {@code mounted} is to be seen at /sys/fs/cgroup. */
    KernelTree versionTwo(String group, String mounted) {
        return file("proc/self/cgroup", "0::" + group + "\n")
                .file(
                        "proc/self/mountinfo",
                        "612 600 0:27 " + mounted
                                + " /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n");
    }

    /** A file of a cgroup, below /sys/fs/cgroup. */
    KernelTree group(String path, String content) {
        return file("sys/fs/cgroup/" + path, content + "\n");
    }

    KernelTree file(String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a process sees it that may run on 3 CPUs and has used 1.25 seconds of them. */
    Machine read() {
        return MachineReader.linux(root, () -> 3, () -> 1.25).read();
    }
}
