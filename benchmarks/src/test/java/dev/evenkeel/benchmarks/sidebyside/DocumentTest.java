package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.benchmarks.run.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentTest {

    private static final Path DOCS = Path.of("../docs");

    /** Whoever changes a row, a bar or the text makes the document anew. */
    @Test
    void theDocumentIsWhatItsRowsGive() throws IOException {
        assertThat(Document.of(DOCS))
                .as("docs/benchmarks.md is old: bin/evenkeel bench --scenarios '' makes it anew")
                .isEqualTo(Files.readString(DOCS.resolve("benchmarks.md")));
    }

    @Test
    void rowsAreReadAsTheyWereWritten(@TempDir Path folder) {
        Store store = new Store(folder);
        Row row = row("uniform", 0.8, "least-work", 1, 12.345);
        store.add(row);
        store.add(row("uniform", 0.8, "least-work", 2, 3));

        assertThat(store.rows()).hasSize(2);
        assertThat(store.rows().getFirst().subject()).isEqualTo("least-work");
        assertThat(store.rows().getFirst().get("p99")).isEqualTo(12.345);
        assertThat(store.rows().getFirst().get("per_second")).isNaN();
    }

    @Test
    void howManyAreInsideANodeThatIsMeasuredIsTold(@TempDir Path folder) {
        Store store = new Store(folder);
        store.add(new Row("s", "uniform", 1, SideBySide.NODES, 1, Map.of("per_second", 120.0, "p50", 20.0)));
        store.add(row("uniform", 0.8, "least-work", 1, 7));
        store.add(new Row(
                "s", "mixed", 1, SideBySide.NODES, 1, Map.of("per_second", 80.0, Row.FULL_BATCH, 50.0, "p50", 20.0)));
        store.add(row("mixed", 0.8, "least-work", 1, 7));

        assertThat(Document.of(folder))
                .contains("The nodes finish 120 (120 to 120) requests a second together with 8 inside each, before")
                .contains("The nodes finish 80 (80 to 80) requests a second together with 64 inside each,"
                        + " 50 (50 to 50) with 8, before");
    }

    @Test
    void rowsOfBeforeThereWereSessionsStayAsTheyWere(@TempDir Path folder) throws IOException {
        Path runs = Files.createDirectories(folder.resolve("benchmarks")).resolve("runs.csv");
        Files.writeString(runs, "scenario,load,subject,repeat,p99\nuniform,0.8,random,1,12.5\n");
        Store store = new Store(folder);
        assertThat(store.rows()).containsExactly(new Row("", "uniform", 0.8, "random", 1, Map.of("p99", 12.5)));

        store.add(row("s", "mixed", 0.8, "least-work", 1, 7));
        assertThat(store.rows())
                .containsExactly(
                        new Row("", "uniform", 0.8, "random", 1, Map.of("p99", 12.5)),
                        row("s", "mixed", 0.8, "least-work", 1, 7));
    }

    @Test
    void aSubjectThatIsRunAgainReplacesItsRowsAndThoseOfNodesThatNobodyNeeds(@TempDir Path folder) {
        Store store = new Store(folder);
        store.add(new Row("s", "uniform", 1, SideBySide.NODES, 1, Map.of("per_second", 120.0)));
        store.add(row("s", "uniform", 0.8, "least-work", 1, 7));
        store.add(row("s", "uniform", 0.8, "random", 1, 9));
        store.add(row("s", "mixed", 0.8, "least-work", 1, 7));

        store.forget(Scenario.UNIFORM, List.of("least-work"));
        assertThat(store.rows())
                .extracting(Row::subject)
                .containsExactlyInAnyOrder(SideBySide.NODES, "random", "least-work");

        // the rate of the rows that are left is not that of a session that is gone
        store.add(new Row("t", "uniform", 1, SideBySide.NODES, 1, Map.of("per_second", 90.0)));
        store.add(row("t", "uniform", 0.8, "least-work", 1, 7));
        store.forget(Scenario.UNIFORM, List.of("random"));
        assertThat(store.rows())
                .extracting(Row::session, Row::scenario, Row::subject)
                .containsExactlyInAnyOrder(
                        tuple("t", "uniform", SideBySide.NODES),
                        tuple("t", "uniform", "least-work"),
                        tuple("s", "mixed", "least-work"));
    }

    @Test
    void sessionsThatRowsAreOfAreTold(@TempDir Path folder) throws IOException {
        Path machine = Files.createDirectories(folder.resolve("benchmarks")).resolve("machine.txt");
        Files.writeString(machine, "an old machine\n--scenarios uniform\n");
        Store store = new Store(folder);
        store.add(row("", "uniform", 0.8, "least-work", 1, 7));
        store.begin(List.of(new Session("2026-11-26T01:00:00Z aaa")), List.of("a machine", "HAProxy 1"));
        store.begin(
                List.of(new Session("2026-11-27T01:00:00Z bbb")),
                List.of("a machine", "HAProxy 2", "--scenarios mixed"));
        store.add(row("2026-11-27T01:00:00Z bbb", "mixed", 0.8, "least-work", 1, 7));

        // nothing came of the first
        assertThat(Files.readString(machine)).doesNotContain("aaa");
        assertThat(store.sessions())
                .isEqualTo(Map.of(
                        "", List.of("an old machine", "--scenarios uniform"),
                        "2026-11-27T01:00:00Z bbb", List.of("a machine", "HAProxy 2", "--scenarios mixed")));
        assertThat(Document.of(folder))
                .contains("Rows of an earlier session, whose time and commit were not kept.\n")
                .contains("Rows of the session of 2026-11-27T01:00:00Z at commit `bbb`.\n")
                .endsWith("""
                        Of the session of 2026-11-27T01:00:00Z at commit `bbb`:

                        a machine

                        HAProxy 2

                        `--scenarios mixed`
                        """);
    }

    @Test
    void aSessionGoesWithTheLastOfItsRows(@TempDir Path folder) {
        Store store = new Store(folder);
        store.begin(List.of(new Session("2026-11-26T01:00:00Z aaa")), List.of("a machine"));
        store.add(row("2026-11-26T01:00:00Z aaa", "mixed", 0.8, "least-work", 1, 7));
        store.tidy();
        assertThat(store.sessions()).containsOnlyKeys("2026-11-26T01:00:00Z aaa");

        store.forget(Scenario.MIXED, List.of("least-work"));
        store.tidy();
        store.add(row("2026-11-26T01:00:00Z aaa", "mixed", 0.8, "least-work", 1, 7));
        assertThat(store.sessions()).isEmpty();
    }

    /** A screening is newer than what is judged, and no part of it. */
    @Test
    void aScreeningIsShownAndNotJudged(@TempDir Path folder) {
        Session screening = new Session("2026-11-28T01:00:00Z ccc").screening();
        Store store = new Store(folder);
        store.add(row("2026-11-27T01:00:00Z bbb", "uniform", 0.8, "least-work", 1, 7));
        store.add(row(screening.id(), "uniform", 0.8, "least-work", 1, 8));
        store.add(row(screening.id(), "uniform", 0.8, "random", 1, 9));

        assertThat(new Rows(store.rows()).judged(Scenario.UNIFORM).all())
                .containsExactly(row("2026-11-27T01:00:00Z bbb", "uniform", 0.8, "least-work", 1, 7));
        assertThat(Document.of(folder))
                .contains("Rows of the screening of 2026-11-28T01:00:00Z at commit `ccc`, by which no bar is judged.");

        // run again in earnest, it stays as a whole
        store.forget(Scenario.UNIFORM, List.of("least-work"));
        assertThat(store.rows()).extracting(Row::session).containsExactly(screening.id(), screening.id());
        store.forgetScreening(Scenario.UNIFORM);
        assertThat(store.rows()).isEmpty();
    }

    @Test
    void aTableIsOfOneSession(@TempDir Path folder) {
        Store store = new Store(folder);
        store.add(row("s", "uniform", 0.8, "random", 1, 9));
        store.add(row("t", "uniform", 0.8, "least-work", 1, 7));

        String text = Document.of(folder);
        assertThat(text.split("## uniform, load 0.80", -1)).hasSize(3);
        assertThat(text.indexOf("| random |")).isGreaterThan(text.indexOf("by which no bar is judged"));
        assertThat(text.indexOf("| **least-work** |")).isLessThan(text.indexOf("by which no bar is judged"));
    }

    /** A peer that was run again by itself, and those of before. */
    @Test
    void headingsTellSessionsApart(@TempDir Path folder) {
        Store store = new Store(folder);
        store.add(row("2026-11-27T01:00:00Z aaa screening", "uniform", 0.8, "random", 1, 9));
        store.add(row("2026-11-27T01:00:00Z aaa", "uniform", 0.8, "least-work", 1, 7));
        store.add(row("2026-11-27T02:00:00Z bbb", "uniform", 0.8, "random", 1, 9));

        assertThat(Document.of(folder).lines())
                .contains(
                        "## uniform, load 0.80",
                        "## uniform, load 0.80: screening of 2026-11-27T01:00:00Z",
                        "## uniform, load 0.80: session of 2026-11-27T02:00:00Z");
    }

    @Test
    void theKneeIsWhereTheLineThroughTheLoadsCrossesTheLimit() {
        Rows rows = new Rows(List.of(
                row("knee-uniform", 0.6, "least-work", 1, 50),
                row("knee-uniform", 0.8, "least-work", 1, 100),
                row("knee-uniform", 0.9, "least-work", 1, 300),
                lone(1, 40),
                row("knee-uniform", 0.6, "random", 2, 50),
                row("knee-uniform", 0.8, "random", 2, 100),
                row("knee-uniform", 0.9, "random", 2, 300),
                row("knee-uniform", 0.6, "least-work", 2, 50),
                row("knee-uniform", 0.6, "prequal", 1, 100),
                row("knee-uniform", 0.8, "prequal", 1, 300),
                row("knee-uniform", 0.6, "peak-ewma", 1, 100),
                row("knee-uniform", 0.9, "peak-ewma", 1, 300),
                lone(2, 200)));

        assertThat(rows.knee(Scenario.KNEE_UNIFORM, "least-work", 1).orElseThrow())
                .isCloseTo(0.85, within(1e-9));
        assertThat(rows.knee(Scenario.KNEE_UNIFORM, "random", 2))
                .as("never above the limit")
                .hasValue(0.9);
        assertThat(rows.knee(Scenario.KNEE_UNIFORM, "least-work", 2))
                .as("not run at all loads")
                .isEmpty();
        assertThat(rows.knee(Scenario.KNEE_UNIFORM, "random", 1)).as("not run").isEmpty();
        assertThat(rows.knee(Scenario.KNEE_UNIFORM, "prequal", 1).orElseThrow())
                .as("not run where it is known to be above")
                .isCloseTo(0.7, within(1e-9));
        assertThat(rows.knee(Scenario.KNEE_UNIFORM, "peak-ewma", 1))
                .as("lacks a load below")
                .isEmpty();
    }

    private static Row lone(int repeat, double p50) {
        return new Row("s", "knee-uniform", SideBySide.ALL_THEY_CAN, SideBySide.NODES, repeat, Map.of("p50", p50));
    }

    private static Row row(String scenario, double load, String subject, int repeat, double p99) {
        return row("s", scenario, load, subject, repeat, p99);
    }

    private static Row row(String session, String scenario, double load, String subject, int repeat, double p99) {
        return new Row(session, scenario, load, subject, repeat, Map.of("p99", p99, "p50", p99 / 2));
    }
}
