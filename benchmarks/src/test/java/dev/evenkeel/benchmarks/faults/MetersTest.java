package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetersTest {

    private static final String TEXT = """
            # TYPE outstanding gauge
            outstanding{node="a"} 2.0
            outstanding{node="b"} 1.0
            outstanding_other{node="b"} 8.0
            process_files_open_files 38.0
            """;

    @Test
    void aMeterIsTheSumOverItsTags() {
        assertThat(Meters.sum(TEXT, "outstanding")).isEqualTo(3);
        assertThat(Meters.sum(TEXT, "process_files_open_files")).isEqualTo(38);
    }

    @Test
    void whatIsNotThereIsNotNothing() {
        assertThat(Meters.sum(TEXT, "process_files")).isNaN();
    }
}
