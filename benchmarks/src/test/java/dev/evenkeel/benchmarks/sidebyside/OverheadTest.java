package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OverheadTest {

    private static final String HEADER = "rate,repeat,subject,errors,p50_ms,p99_ms,gateway_cpu_us_per_request";

    private final List<String> rows = new ArrayList<>(List.of(HEADER));

    @Test
    void fourRepeatsAreNoVerdict() {
        repeats(4, 0);
        assertThat(bars())
                .contains(
                        "ours and stock lb:// have 4 of 5 repeats in common at 900/s | not measured |",
                        "ours and direct have 4 of 5 repeats in common at 900/s | not measured |");

        repeats(5, 0);
        assertThat(bars())
                .contains(
                        "stock gateway's at 900/s | 1.10 (1.10 to 1.10), 5 repeats | met |",
                        "| p50 0.30 (0.30 to 0.30) ms, p99 1.00 (1.00 to 1.00) ms at 900/s, 5 repeats | met |");
    }

    /** At one rate alone it could be met while another's row was not looked at. */
    @Test
    void cpuIsJudgedAtEachRate() {
        repeats(5, 0);
        for (int repeat = 1; repeat <= 5; repeat++) {
            rows.add(1, "500/s,%d,stock lb://,0,0.3,2,100".formatted(repeat));
            rows.add(1, "500/s,%d,gateway-service,0,0.4,2,137".formatted(repeat));
        }

        assertThat(bars())
                .contains(
                        "stock gateway's at 500/s | 1.37 (1.37 to 1.37), 5 repeats | not met |",
                        "stock gateway's at 900/s | 1.10 (1.10 to 1.10), 5 repeats | met |");
    }

    @Test
    void whatFailedIsNotMetHoweverCheapItIs() {
        repeats(5, 1);

        assertThat(bars())
                .contains(
                        "| 1.10 (1.10 to 1.10), 5 errors, 5 repeats | not met |",
                        "at 900/s, 5 errors, 5 repeats | not met |");
    }

    @Test
    void addedLatencyIsThatOfHalfLoadWhereverItsRowsStand() {
        repeats(5, 0);
        rows.set(0, HEADER + ",load");
        rows.replaceAll(row -> row.startsWith("900/s") ? row + ",0.5" : row);
        for (int repeat = 1; repeat <= 5; repeat++) {
            rows.add("1500/s,%d,direct,0,0.1,1,0,0.833".formatted(repeat));
            rows.add("1500/s,%d,gateway-service,0,9,99,110,0.833".formatted(repeat));
        }
        assertThat(bars()).contains("p99 1.00 (1.00 to 1.00) ms at 900/s, 5 repeats | met |");

        rows.removeIf(row -> row.startsWith("900/s"));
        assertThat(bars()).contains("| no rate is half load | not measured |");
    }

    private void repeats(int repeats, int errors) {
        rows.subList(1, rows.size()).clear();
        for (int repeat = 1; repeat <= repeats; repeat++) {
            rows.add("900/s,%d,direct,0,0.1,1,0".formatted(repeat));
            rows.add("900/s,%d,stock lb://,0,0.3,2,100".formatted(repeat));
            rows.add("900/s,%d,gateway-service,%d,0.4,2,110".formatted(repeat, errors));
        }
    }

    private String bars() {
        Table bars = new Table("bar", "what", "measured", "met / not met");
        new Overhead(rows, List.of()).judge(bars);
        return bars.markdown();
    }
}
