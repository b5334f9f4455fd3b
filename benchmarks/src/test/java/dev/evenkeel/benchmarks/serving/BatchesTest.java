package dev.evenkeel.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchesTest {

    private static final String METERS = """
            # TYPE evenkeel_batch_padded_tokens summary
            evenkeel_batch_padded_tokens_bucket{model="a",le="1.0"} 3
            evenkeel_batch_padded_tokens_sum{model="a"} %s
            evenkeel_batch_tokens_sum{model="a"} 1.0E2
            evenkeel_batch_size_inputs_count{model="a"} 2
            evenkeel_batch_size_inputs_sum{model="a"} 7.0
            evenkeel_batch_size_inputs_sum{model="b"} 1.0
            """;

    @Test
    void readsTheMetersOfAllModels() {
        Batches batches = Batches.of(METERS.formatted("108.0"));

        assertThat(batches.meanInputs()).isEqualTo(4);
        assertThat(batches.paddedToReal()).isEqualTo(1.08);
    }

    @Test
    void countsOnlyWhatWasDoneSince() {
        Batches before = new Batches(1, 1, 20, 28);

        assertThat(Batches.of(METERS.formatted("118.0")).since(before).paddedToReal())
                .isEqualTo(90.0 / 80);
    }

    @Test
    void aServerWithoutTheMetersHasNoRatio() {
        assertThat(Format.of(3, Batches.of("not found").paddedToReal())).isEqualTo("-");
    }
}
