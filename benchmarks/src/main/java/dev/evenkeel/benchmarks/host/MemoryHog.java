package dev.evenkeel.benchmarks.host;

import java.nio.file.Path;
import java.util.List;

/** A process that takes memory, to be put beside another into its group. */
public final class MemoryHog {

    /** 50 MB each second; sleeps first, to be put into its group. */
    private static final String PROGRAM = """
            import sys, time
            time.sleep(2)
            held = []
            for _ in range(int(sys.argv[1])):
                held.append(bytearray(b'x' * (1 << 20)))
                time.sleep(0.02)
            time.sleep(120)
            """;

    private MemoryHog() {}

    /** Starts one that takes so many MB from two seconds on, and holds them until it is ended, or for two minutes. */
    public static Child start(Path logs, long megabytes) {
        return Child.start("hog", logs, "", false, List.of("python3", "-c", PROGRAM, Long.toString(megabytes)));
    }
}
