package dev.evenkeel.model.report;

import java.nio.file.Path;
import java.util.function.DoubleSupplier;

/** Reads the {@link Machine}. */
interface MachineReader {

    Machine read();

    /**
     * Linux: cgroup version 1 or 2, and {@code /proc}. What cannot be read counts as not there: no quota, no neighbours.
     *
     * @param root where {@code proc} and {@code sys} are found; {@code /} but in tests
     * @param processors CPUs that the process may run on
     * @param processCpu CPU time of this process in seconds
     */
    static MachineReader linux(Path root, DoubleSupplier processors, DoubleSupplier processCpu) {
        return new LinuxMachineReader(root, processors, processCpu);
    }
}
