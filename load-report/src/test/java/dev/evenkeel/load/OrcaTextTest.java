package dev.evenkeel.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrcaTextTest {

    private static final LoadReport BUSY =
            new LoadReport(0.3125, 0.5, 12.25, 0, NodeState.UP, 1.75, 0.25, 0.125, 3, 48_000, 912_345.5, 21.5, 42);

    @Test
    void isTheTextFormOfOrca() {
        assertThat(OrcaText.encode(BUSY))
                .isEqualTo("TEXT cpu_utilization=0.3125,mem_utilization=0.5,rps_fractional=12.25,eps=0,"
                        + "named_metrics.state=0,named_metrics.cores_free=1.75,named_metrics.cores_others=0.25,"
                        + "named_metrics.throttled=0.125,named_metrics.in_flight=3,"
                        + "named_metrics.queue_work=48000,named_metrics.work_rate=912345.5,"
                        + "named_metrics.p50_ms=21.5,named_metrics.seq=42");
    }

    @ParameterizedTest
    @EnumSource
    void everyStateSurvivesTheTrip(NodeState state) {
        LoadReport report = new LoadReport(0.1, 0.2, 3, 0, state, 1, 1, 0, 0, 0, 1e6, 2, 7);
        assertThat(OrcaText.decode(OrcaText.encode(report))).contains(report);
    }

    @Test
    void numbersSurviveTheTripToFourDecimals() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            double scale = Math.pow(10, random.nextInt(-4, 9));
            LoadReport report = new LoadReport(
                    random.nextDouble() * 3,
                    random.nextDouble(),
                    random.nextDouble() * scale,
                    random.nextDouble(),
                    NodeState.UP,
                    random.nextDouble() * 64,
                    random.nextDouble() * 64,
                    random.nextDouble(),
                    random.nextInt(100_000),
                    random.nextDouble() * scale,
                    random.nextDouble() * scale,
                    random.nextDouble() * scale,
                    random.nextLong(1L << 50));
            LoadReport back = OrcaText.decode(OrcaText.encode(report)).orElseThrow();
            assertThat(back)
                    .usingRecursiveComparison()
                    .withComparatorForType((a, b) -> Math.abs(a - b) <= 0.5001e-4 ? 0 : 1, Double.class)
                    .isEqualTo(report);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.1", "0.00004, 0", "0.00005, 0.0001", "0.99996, 1", "7.0203, 7.0203", "12.0001, 12.0001"})
    void aNumberHasTheDecimalsThatItNeedsAndAtMostFour(double rps, String text) {
        LoadReport report =
                new LoadReport(0, 0, rps, 0, NodeState.UP, Double.NaN, Double.NaN, Double.NaN, 0, 0, 0, 0, 0);
        assertThat(OrcaText.encode(report)).contains(",rps_fractional=" + text + ",eps=");
    }

    @Test
    void theLargestNumberSurvivesToo() {
        double most = LoadReport.MAX_VALUE;
        LoadReport report =
                new LoadReport(0, 0, most - 0.5, 0, NodeState.UP, 0, 0, 0, 0, most, most, 0, Long.MAX_VALUE >> 11);
        assertThat(OrcaText.decode(OrcaText.encode(report))).contains(report);
    }

    @Test
    void whatIsNotStatedIsNotWritten() {
        LoadReport stock = OrcaText.decode("TEXT cpu_utilization=0.5").orElseThrow();
        assertThat(stock.cpuUtilization()).isEqualTo(0.5);
        assertThat(stock.workRate()).isNaN();
        assertThat(stock.state()).isEqualTo(NodeState.UP);
        assertThat(OrcaText.encode(stock)).doesNotContain("work_rate", "NaN");
        assertThat(OrcaText.decode(OrcaText.encode(stock))).contains(stock);
    }

    @Test
    void unknownKeysAreIgnoredSoThatNodesMayBeNewerThanGateways() {
        String newer = OrcaText.encode(BUSY) + ",named_metrics.from_the_future=9,utilization.gpu=0.5";
        assertThat(OrcaText.decode(newer)).contains(BUSY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TEXT",
                "TEXT ",
                "JSON {\"cpu_utilization\":0.3}",
                "BIN AAAA",
                "cpu_utilization=0.3",
                "text cpu_utilization=0.3",
                "TEXT cpu_utilization",
                "TEXT cpu_utilization=",
                "TEXT =0.3",
                "TEXT cpu_utilization=0.3,",
                "TEXT ,cpu_utilization=0.3",
                "TEXT cpu_utilization=0.3,,eps=0",
                "TEXT cpu_utilization=abc",
                "TEXT cpu_utilization=NaN",
                "TEXT cpu_utilization=Infinity",
                "TEXT cpu_utilization=1e999",
                "TEXT cpu_utilization=-0.1",
                "TEXT cpu_utilization=0x1p3",
                "TEXT cpu_utilization=1d",
                "TEXT cpu_utilization=1 2",
                "TEXT cpu_utilization=0.3=0.4",
                "TEXT cpu_utilization=0.3,cpu_utilization=0.4",
                "TEXT mem_utilization=1.5",
                "TEXT named_metrics.throttled=1.01",
                "TEXT named_metrics.state=9",
                "TEXT named_metrics.state=0.5",
                "TEXT named_metrics.in_flight=-1",
                "TEXT named_metrics.in_flight=3000000000",
                "TEXT named_metrics.queue_work=1e300",
                "TEXT named_metrics.work_rate=-5",
                "TEXT named_metrics.from_the_future=x",
                "TEXT cpu_utilization=\u0661",
            })
    void whatIsNotAReportIsNone(String hostile) {
        assertThat(OrcaText.decode(hostile)).isEmpty();
    }

    @Test
    void aTextThatIsFarTooLongIsNotRead() {
        String padding = ",named_metrics.x=1".repeat(OrcaText.MAX_LENGTH / 18);
        assertThat(OrcaText.decode(OrcaText.encode(BUSY) + padding)).isEmpty();
    }

    /** Any damage gives a report in range or none; it never throws. */
    @Test
    void damagedTextNeverThrows() {
        Random random = new Random(11);
        List<String> splices = List.of(",", "=", "-", "e", "E", ".", "NaN", "TEXT ", "\u0000", "999999999999999", " ");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(OrcaText.encode(BUSY));
            for (int edits = random.nextInt(1, 6); edits > 0 && !text.isEmpty(); edits--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.delete(at, Math.min(text.length(), at + random.nextInt(1, 8)));
                } else {
                    text.insert(at, splices.get(random.nextInt(splices.size())));
                }
            }
            OrcaText.decode(text.toString())
                    .ifPresent(report -> assertThat(report.inFlight()).isNotNegative());
        }
    }

    @Test
    void aReportOutOfRangeSaysWhichNumberItWas() {
        assertThatThrownBy(() -> new LoadReport(0, 0, 0, 0, NodeState.UP, 1, 0, 0, 0, -1, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("queueWork")
                .hasMessageContaining("-1");
    }
}
