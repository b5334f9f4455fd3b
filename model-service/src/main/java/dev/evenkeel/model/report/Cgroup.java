package dev.evenkeel.model.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The limits that this process is under, and their use. A limit may be set on any group above: the tightest one counts,
 * and the use that counts is that of the group that has it.
 */
interface Cgroup {

    /** A line for each hierarchy: its controllers, and the process's group in it. */
    Path MEMBERSHIP = Path.of("proc/self/cgroup");

    /** The tightest quota, read now; empty when there is none. */
    Optional<Quota> quota();

    /** The tightest limit of memory, read now; empty when there is none. */
    Optional<Memory> memory();

    /**
     * A quota of CPU.
     *
     * @param cores that it grants
     * @param cpuSeconds CPU time of everyone under it; empty when the kernel does not tell
     * @param throttling of everyone under it
     */
    record Quota(double cores, OptionalDouble cpuSeconds, Throttling throttling) {}

    /**
     * A limit of memory.
     *
     * @param limit bytes
     * @param used bytes in use under it, without file pages that the kernel can take back at once
     */
    record Memory(double limit, double used) {}

    /** A group and its limit, which is infinite where it has none. */
    record Limited(Path group, double limit) {

        static Optional<Limited> tightest(List<Path> groups, ToDoubleFunction<Path> limit) {
            return groups.stream()
                    .map(group -> new Limited(group, limit.applyAsDouble(group)))
                    .filter(each -> Double.isFinite(each.limit))
                    .min(Comparator.comparingDouble(Limited::limit));
        }

        /** The memory of this group, from two of its files. */
        Memory memory(KernelFiles files, String usage, String reclaimable) {
            double used = files.number(group.resolve(usage)).orElse(0);
            double atOnce = files.numbers(group.resolve("memory.stat"), " ", reclaimable)
                    .getOrDefault(reclaimable, 0.0);
            return new Memory(limit, Math.max(0, used - atOnce));
        }
    }

    /** The cgroup of this process, of whichever version controls the CPU. */
    static Cgroup find(KernelFiles files) {
        List<Path> cpu = groups(files, "cpu");
        return cpu.isEmpty()
                ? new CgroupV2(files, groups(files, ""))
                : new CgroupV1(files, cpu, groups(files, "cpuacct"), groups(files, "memory"));
    }

    /**
     * The folders of this process's group and of those above it, the innermost first, for one controller of version 1,
     * or for version 2 by the controller "".
     */
    private static List<Path> groups(KernelFiles files, String controller) {
        Optional<String> path = files.lines(MEMBERSHIP).stream()
                .map(line -> line.split(":", 3))
                .filter(line -> line.length == 3
                        && (controller.isEmpty()
                                ? line[0].equals("0") && line[1].isEmpty()
                                : List.of(line[1].split(",", -1)).contains(controller)))
                .map(line -> line[2])
                .findFirst();
        Optional<Mount> mount = files.lines(Path.of("proc/self/mountinfo")).stream()
                .flatMap(Mount::parse)
                .filter(each -> controller.isEmpty()
                        ? each.type.equals("cgroup2")
                        : each.type.equals("cgroup") && each.options.contains(controller))
                .findFirst();
        if (path.isEmpty() || mount.isEmpty()) {
            return List.of();
        }
        Path top = Path.of("/").relativize(Path.of(mount.get().point));
        return upwards(files, top, mount.get().below(path.get()));
    }

    private static List<Path> upwards(KernelFiles files, Path top, String below) {
        List<Path> groups = new ArrayList<>();
        // in a container the path may be the host's, which is not there, or lead out of the mount by "..": then the
        // mount's top is the group
        Path group = top.resolve(below).normalize();
        group = group.startsWith(top) ? group : top;
        while (group != null && group.startsWith(top)) {
            if (Files.isDirectory(files.root().resolve(group))) {
                groups.add(group);
            }
            group = group.equals(top) ? null : group.getParent();
        }
        return groups;
    }

    /** A line of mountinfo: which folder of the hierarchy ({@code root}) is to be found where ({@code point}). */
    record Mount(String root, String point, String type, List<String> options) {

        static Stream<Mount> parse(String line) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            return left.length < 5 || right.length < 3
                    ? Stream.of()
                    : Stream.of(new Mount(left[3], left[4], right[0], List.of(right[2].split(",", -1))));
        }

        /** A group's path relative to the mount. */
        String below(String path) {
            String prefix = root.equals("/") ? "" : root;
            boolean inside = path.equals(prefix) || path.startsWith(prefix + "/");
            String rest = inside ? path.substring(prefix.length()) : path;
            return rest.startsWith("/") ? rest.substring(1) : rest;
        }
    }
}
