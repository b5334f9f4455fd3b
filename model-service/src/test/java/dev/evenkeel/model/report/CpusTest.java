package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpusTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "150000 100000, 2, 1",
        "50000  100000, 1, 1",
        "200000 100000, 2, 2",
        "299999 100000, 3, 3",
        "290000 100000, 3, 2",
        "800000 100000, 4, 4",
        "max    100000, 6, 6",
    })
    void aQuotaIsRoundedDownToWholeCpusButToOneAtLeast(String cpuMax, int available, int granted) {
        new KernelTree(root).versionTwo("/", "/").group("cpu.max", cpuMax.replaceAll(" +", " "));
        assertThat(Cpus.granted(root, available)).isEqualTo(granted);
    }

    @Test
    void withoutCgroupsItIsTheCpusToRunOn() {
        assertThat(Cpus.granted(root, 5)).isEqualTo(5);
    }
}
