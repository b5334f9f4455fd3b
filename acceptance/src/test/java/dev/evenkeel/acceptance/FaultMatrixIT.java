package dev.evenkeel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The fault matrix, over real processes: what {@code docs/faults.md} says holds holds again. It takes three hours, and root for
 * cgroups; {@code benchmarks/faults.sh} runs a part of it.
 */
@Tag("faults")
class FaultMatrixIT {

    private static final Path ROOT = Path.of("..");
    private static final Path OUT = Path.of("target", "faults");
    private static final long LIMIT_HOURS = 4;

    /** Columns of the table: the fault and its bar, how many gateways, and the verdict. */
    private static final int GATEWAYS = 3;

    @Test
    void whatHeldHoldsAgain() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "CPU quotas take root");
        Map<String, String> before = verdicts(ROOT.resolve("docs").resolve("faults.md"));
        Files.createDirectories(OUT);

        run("--repeats", "5");
        run(
                "--repeats",
                "5",
                "--faults",
                "overload",
                "--gateway-args",
                "--evenkeel.admission.max-queue-delay=200ms --evenkeel.admission.shed-from=0.9");
        run("--repeats", "5", "--registries", "2", "--faults", "one-registry");
        run("--repeats", "5", "--gateways", "2", "--faults", "kill,stop,hang,gateway-killed");

        assertThat(verdicts(OUT.resolve("faults.md"))).containsAllEntriesOf(before);
    }

    private static void run(String... options) throws IOException, InterruptedException {
        ProcessBuilder script = new ProcessBuilder("benchmarks/faults.sh");
        script.command().addAll(List.of(options));
        script.command().addAll(List.of("--docs", OUT.toAbsolutePath().toString()));
        script.environment().put("BENCHMARKS_NO_BUILD", "1");
        Process matrix = script.directory(ROOT.toFile()).inheritIO().start();
        try {
            assertThat(matrix.waitFor(LIMIT_HOURS, TimeUnit.HOURS))
                    .as("it ends")
                    .isTrue();
            assertThat(matrix.exitValue()).isZero();
        } finally {
            matrix.destroy();
        }
    }

    /** Those that are met, in as many runs as are asked for, by fault, bar and number of gateways. */
    private static Map<String, String> verdicts(Path table) throws IOException {
        Map<String, String> met = new TreeMap<>();
        for (String line : Files.readAllLines(table)) {
            String[] cells = line.split("\\|", -1);
            if (cells.length > GATEWAYS + 2 && cells[cells.length - 2].strip().equals("met")) {
                met.put((cells[1] + '|' + cells[2] + '|' + cells[GATEWAYS]).strip(), "met");
            }
        }
        assertThat(met).as("rows of " + table).isNotEmpty();
        return met;
    }
}
