package dev.evenkeel.simulator.report;

import static dev.evenkeel.simulator.report.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.simulator.report.Verdict.State;
import dev.evenkeel.simulator.scenario.Scenarios.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarsTest {

    private static final Cell ONE = new Cell("neighbours", new Size("ps", 8, 2, 0.9));
    private static final Cell OTHER = new Cell("neighbours", new Size("ps", 8, 1, 0.9));

    @Test
    void withoutFiguresNothingIsMet() {
        assertThat(Bars.judge(new Rows(List.of()), Outside.NOTHING))
                .extracting(Verdict::state)
                .containsOnly(State.NOT_MEASURED);
    }

    @Test
    void everyBarHasALine() {
        assertThat(Bars.judge(new Rows(List.of()), Outside.NOTHING).stream()
                        .map(Verdict::bar)
                        .distinct())
                .containsExactly(
                        "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B13", "B14");
    }

    @Test
    void aRatioIsOfMeansOverThePairedSeedsAndItsRangeThatOfSeeds() {
        Rows rows = TestRows.of(
                row(ONE, "least-work", 1, 10, "x", 0),
                row(ONE, "least-work", 2, 30, "x", 0),
                row(ONE, "least-work", 3, 999, "x", 0),
                row(ONE, "oracle", 1, 10, "x", 0),
                row(ONE, "oracle", 2, 10, "x", 0));

        assertThat(rows.ratio(new Rows.Subject(ONE, "least-work"), new Rows.Subject(ONE, "oracle"), Column.P99))
                .hasValue(new Spread(2, 1, 3));
    }

    @Test
    void aBarOverCellsIsMetWhenEveryCellHoldsAndNamesTheWorst() {
        Verdict verdict = toOracle(TestRows.of(
                row(ONE, "least-work", 1, 10, "x", 0),
                row(ONE, "oracle", 1, 10, "x", 0),
                row(OTHER, "least-work", 1, 20, "x", 0),
                row(OTHER, "oracle", 1, 10, "x", 0)));

        assertThat(verdict.state()).isEqualTo(State.NOT_MET);
        assertThat(verdict.measured()).startsWith("1 of 2 cells; worst 2.00").contains("1 gateway,");
    }

    @Test
    void theBestPeerIsTheOneWithTheLowestP99AtAnyParameters() {
        Rows rows = TestRows.of(
                row(ONE, "least-work", 1, 10, "x", 0),
                row(ONE, "oracle", 1, 1, "x", 0),
                row(ONE, "prequal", 1, 30, "x", 0),
                row(ONE, "prequal:q-rif=0.5", 1, 20, "x", 0));

        assertThat(rows.best(ONE, Peers::isPeer, Column.P99)).hasValue("prequal:q-rif=0.5");
    }

    @Test
    void aFloorIsBrokenFromBelow() {
        Verdict verdict =
                Bars.judge(TestRows.of(row("heal", "least-work", 1, 10, "share_5s", 0.7)), Outside.NOTHING).stream()
                        .filter(each -> each.text().contains("fair share"))
                        .findFirst()
                        .orElseThrow();
        assertThat(verdict.state()).isEqualTo(State.NOT_MET);
    }

    @Test
    void aPickThatAllocatesMoreInALargerFleetIsNotMet() {
        List<PickCost> costs =
                PickCost.parse(List.of("policy,nodes,ns,bytes", "least-work,100,900,100", "least-work,1000,9000,900"));
        assertThat(PickCost.judge(costs)).extracting(Verdict::state).containsExactly(State.NOT_MET);
        assertThat(PickCost.judge(costs.subList(0, 1)))
                .extracting(Verdict::state)
                .containsExactly(State.MET);
    }

    private static Verdict toOracle(Rows rows) {
        return Bars.judge(rows, Outside.NOTHING).stream()
                .filter(verdict -> verdict.text().contains("oracle's at 1-2"))
                .findFirst()
                .orElseThrow();
    }
}
