package dev.evenkeel.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateTest {

    private record Answer(int status, String out, String errors) {}

    private static Answer ask(String... words) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Simulate.commandLine(new PrintWriter(out, true), new PrintWriter(errors, true))
                .execute(words);
        return new Answer(status, out.toString(), errors.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--scenario sail | 'sail'; it may be one of public-cell, neighbours",
                "--policy sail | 'sail'; it may be one of least-cpu, least-requests",
                "--policy sail | oracle",
                "--policy prequal:sail=1 | it may be one of probes, pool, q-rif",
                "--policy prequal:q-rif=2 | q-rif of prequal is 2; it must be a number from 0 to 1",
                "--kind sail | --kind is 'sail'; for public-cell it may be one of fifo",
                "--scenario neighbours --kind sail | it may be one of batch, fifo, ps",
                "--nodes 0 | --nodes is 0; it must be 1 or more",
                "--gateways 0 | --gateways is 0; it must be 1 or more",
                "--load 0 | --load is 0.0; it must be above 0",
                "--load much | 'much'",
                "--seeds 0 | --seeds is 0; it must be 1 or more",
                "--threads 0 | --threads is 0; it must be 1 or more",
                "--sail | '--sail'"
            })
    void whatIsWrongIsOneSentenceThatSaysWhatWouldBeRight(String words, String said) {
        Answer answer = ask(words.split(" "));

        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.errors()).startsWith("evenkeel: ").contains(said);
        assertThat(answer.errors().lines()).hasSize(1);
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void aTableRawFiguresAndChartsAreTheSameForAnyNumberOfThreads(@TempDir Path one, @TempDir Path two)
            throws Exception {
        List<String> words = List.of(
                "--scenario=public-cell",
                "--load=0.5,0.7",
                "--nodes=2",
                "--policy=least-work",
                "--policy=oracle",
                "--seeds=2");

        Answer first = ask(with(words, "--threads=1", "--out=" + one));
        Answer second = ask(with(words, "--threads=4", "--out=" + two));

        assertThat(first.errors()).isEmpty();
        assertThat(second.status()).isZero();
        assertThat(first.status()).isZero();
        assertThat(first.out()).contains("public-cell, fifo, 2 nodes, 4 gateways, load 0.7", "published p99");
        for (String name : List.of("runs.csv", "public-cell-fifo-2-nodes-4-gateways-p99.svg")) {
            assertThat(two.resolve(name)).hasSameTextualContentAs(one.resolve(name));
        }
        assertThat(Files.readAllLines(one.resolve("runs.csv"))).hasSize(1 + 2 * 2 * 2);
    }

    private static String[] with(List<String> words, String... more) {
        return Stream.concat(words.stream(), Arrays.stream(more)).toArray(String[]::new);
    }
}
