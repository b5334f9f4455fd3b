package dev.evenkeel.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrcaTextTest {

    private static final LoadReport BUSY =
            new LoadReport(0.3125, 0.5, 12.25, 0, NodeState.UP, 1.75, 3, 48_000, 912_345.5, 21.5, 42);

    @Test
    void isTheTextFormOfOrca() {
        assertThat(OrcaText.encode(BUSY))
                .isEqualTo("TEXT cpu_utilization=0.3125,mem_utilization=0.5,rps_fractional=12.25,eps=0,"
                        + "named_metrics.state=0,named_metrics.cores_free=1.75,named_metrics.in_flight=3,"
                        + "named_metrics.queue_work=48000,named_metrics.work_rate=912345.5,"
                        + "named_metrics.p50_ms=21.5,named_metrics.seq=42");
    }

    @ParameterizedTest
    @EnumSource
    void everyStateSurvivesTheTrip(NodeState state) {
        LoadReport report = new LoadReport(0.1, 0.2, 3, 0, state, 1, 0, 0, 1e6, 2, 7);
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
        assertThatThrownBy(() -> new LoadReport(0, 0, 0, 0, NodeState.UP, 1, 0, -1, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("queueWork")
                .hasMessageContaining("-1");
    }
}
