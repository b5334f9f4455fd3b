package dev.evenkeel.benchmarks.faults;

import dev.evenkeel.benchmarks.fleet.Fleet;
import dev.evenkeel.benchmarks.host.LiveHeap;
import java.io.IOException;

/**
 * What a gateway has not let go of.
 *
 * @param heap MB in use after a full collection
 * @param files that are open, connections among them
 * @param leaks buffers of which Netty said that nobody had released them: it looks at one in 128
 */
record Holdings(double heap, double files, double leaks) {

    private static final String LEAK = "LEAK:";

    static Holdings of(Fleet.Gateway gateway) throws IOException, InterruptedException {
        double heap = LiveHeap.megabytes(gateway.process());
        double files = Meters.sum(gateway, "process_files_open_files");
        return new Holdings(heap, files, leaks(gateway.process().output()));
    }

    static long leaks(String log) {
        return log.lines().filter(line -> line.contains(LEAK)).count();
    }
}
