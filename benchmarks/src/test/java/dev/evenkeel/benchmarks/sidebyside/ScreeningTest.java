package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScreeningTest {

    private final List<Row> rows = new ArrayList<>();

    @Test
    void oursAndThoseThatAVerdictNeedsStayHoweverSlowTheyWere() {
        run("haproxy-leastconn", 10, 10);

        assertThat(Screening.kept(new Rows(rows), Scenario.UNEVEN))
                .contains(Subjects.OURS, Subjects.STOCK, "haproxy-leastconn-fed", "haproxy-leastconn");
    }

    /** Who is best by p50 may not be by p99, and those that are fed by our report are a contest of their own. */
    @Test
    void theThreeBestByEachFigureAndOfEachKindStay() {
        run("haproxy-random2", 1, 90);
        run("random", 20, 1);
        run("prequal", 21, 2);
        run("least-requests", 22, 3);
        run("haproxy-leastconn", 23, 4);
        run("least-cpu", 80, 80);

        Set<String> kept = Screening.kept(new Rows(rows), Scenario.UNEVEN);
        assertThat(kept)
                .contains("haproxy-random2", "random", "prequal", "least-requests", "least-cpu")
                .doesNotContain("haproxy-leastconn");
    }

    @Test
    void whereANodeFailsItIsFirstWhoLosesFewest() {
        rows.add(row("kill", "random", Map.of(Row.FAILED, 0.0, "p99", 900.0)));
        rows.add(row("kill", "prequal", Map.of(Row.FAILED, 0.0, "p99", 800.0)));
        rows.add(row("kill", "least-requests", Map.of(Row.FAILED, 0.0, "p99", 700.0)));
        rows.add(row("kill", "haproxy-leastconn", Map.of(Row.FAILED, 1.0, "p99", 10.0)));

        assertThat(Screening.kept(new Rows(rows), Scenario.KILL))
                .contains("random", "prequal", "least-requests")
                .doesNotContain("haproxy-leastconn");
    }

    private void run(String subject, double p50, double p99) {
        rows.add(row("uneven", subject, Map.of("p50", p50, "p99", p99)));
    }

    private static Row row(String scenario, String subject, Map<String, Double> figures) {
        return new Row("s screening", scenario, 0.8, subject, 1, figures);
    }
}
