package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.benchmarks.faults.Fault.Bar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeTest {

    private static Outcome run(double failed, double out) {
        return new Outcome("kill", 1, 1, Map.of(Outcome.FAILED, failed, Outcome.OUT, out, "back_s", 2.5), "503=1, 0=2");
    }

    @Test
    void whatIsWrittenIsReadAgain(@TempDir Path folder) throws Exception {
        Path csv = folder.resolve("faults.csv");
        run(3, 120.5).appendTo(csv);
        run(0, Double.NaN).appendTo(csv);

        List<Outcome> read = Outcome.read(csv);

        assertThat(Files.readAllLines(csv)).hasSize(3);
        assertThat(read.getFirst().get(Outcome.FAILED)).isEqualTo(3);
        assertThat(read.getFirst().get("back_s")).isEqualTo(2.5);
        assertThat(read.getFirst().notes()).isEqualTo("503=1 0=2");
        assertThat(read.getLast().get(Outcome.OUT)).isNaN();
    }

    @Test
    void oneFailureInAnyRunIsAFailure() {
        assertThat(Bar.none(Outcome.FAILED).isMet(List.of(run(0, 1), run(0, 1), run(1, 1))))
                .isFalse();
        assertThat(Bar.none(Outcome.FAILED).isMet(List.of(run(0, 1), run(0, 1), run(0, 1))))
                .isTrue();
    }

    @Test
    void ofTimesTheMedianCounts() {
        List<Outcome> runs = List.of(run(0, 900), run(0, 100), run(0, 200));
        assertThat(Bar.atMost(Outcome.OUT, 200).isMet(runs)).isTrue();
        assertThat(Bar.atMost(Outcome.OUT, 199).isMet(runs)).isFalse();
        assertThat(new Bar(Outcome.OUT + "/back_s", 0, 80, false).isMet(runs)).isTrue();
    }

    @Test
    void whatIsOnlyToldIsTheMostOrTheMedianOfTheRunsThatHaveIt() {
        List<Outcome> runs = List.of(run(0, 900), run(0, Double.NaN), run(0, 200), run(0, 100));
        assertThat(Bar.toldMost(Outcome.OUT).over(runs)).isEqualTo(900);
        assertThat(Bar.told(Outcome.OUT).over(runs)).isEqualTo(200);
        assertThat(Bar.toldMost(Outcome.OUT).isMet(runs)).isTrue();
        assertThat(Bar.toldMost("no such").isMet(runs)).isTrue();
    }

    @Test
    void whatWasNotSeenIsNotMet() {
        assertThat(Bar.atMost(Outcome.OUT, 1_000).isMet(List.of(run(0, 1), run(0, Double.NaN))))
                .isFalse();
        assertThat(Bar.atMost(Outcome.OUT, 1_000).isMet(List.of())).isFalse();
    }

    @Test
    void whatCountsInEveryRunIsTheWorst() {
        List<Outcome> runs = List.of(run(0, 900), run(0, 100), run(0, 200));
        assertThat(Bar.alwaysAtMost(Outcome.OUT, 900).isMet(runs)).isTrue();
        assertThat(Bar.alwaysAtMost(Outcome.OUT, 899).isMet(runs)).isFalse();
        assertThat(Bar.alwaysAtMost(Outcome.OUT, 900).isMet(List.of(run(0, 1), run(0, Double.NaN))))
                .isFalse();
    }

    @Test
    void noRunInWhichAGatewayIsLostIsMet() {
        Fault fault = new Fault("kill", "", "", 1, _ -> {}, List.of(Bar.none(Outcome.FAILED)));
        Outcome lost = new Outcome("kill", 1, 2, Map.of(Outcome.FAILED, 0.0, Outcome.GATEWAYS_LOST, 1.0), "");

        assertThat(fault.isMet(List.of(run(0, 1), run(0, 1)))).isTrue();
        assertThat(fault.isMet(List.of(run(0, 1), lost))).isFalse();
    }
}
