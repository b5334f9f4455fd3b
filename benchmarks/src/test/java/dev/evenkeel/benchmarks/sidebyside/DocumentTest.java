package dev.evenkeel.benchmarks.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        store.add(new Row("uniform", 1, SideBySide.NODES, 1, Map.of("per_second", 120.0, "p50", 20.0)));
        store.add(row("uniform", 0.8, "least-work", 1, 7));
        store.add(new Row(
                "mixed", 1, SideBySide.NODES, 1, Map.of("per_second", 80.0, Row.FULL_BATCH, 50.0, "p50", 20.0)));
        store.add(row("mixed", 0.8, "least-work", 1, 7));

        assertThat(Document.of(folder))
                .contains("The nodes finish 120 (120 to 120) requests a second together with 8 inside each, before")
                .contains("The nodes finish 80 (80 to 80) requests a second together with 64 inside each,"
                        + " 50 (50 to 50) with 8, before");
    }

    @Test
    void aSubjectThatIsRunAgainReplacesItsRowsAndKeepsTheRate(@TempDir Path folder) {
        Store store = new Store(folder);
        store.add(new Row("uniform", 1, SideBySide.NODES, 1, Map.of("per_second", 120.0)));
        store.add(new Row("uniform", 1, SideBySide.NODES, 2, Map.of("per_second", 90.0)));
        store.add(row("uniform", 0.8, "least-work", 1, 7));
        store.add(row("uniform", 0.8, "random", 1, 9));
        store.add(row("mixed", 0.8, "least-work", 1, 7));

        store.forget(Scenario.UNIFORM, List.of("least-work"));
        assertThat(store.rows())
                .extracting(Row::subject)
                .containsExactlyInAnyOrder(SideBySide.NODES, SideBySide.NODES, "random", "least-work");
        assertThat(store.capacity(Scenario.UNIFORM, 2)).hasValue(90);
        assertThat(store.capacity(Scenario.UNIFORM, 3)).isEmpty();

        store.forget(Scenario.UNIFORM, List.of("random"));
        assertThat(store.rows()).extracting(Row::scenario).containsExactly("mixed");
    }

    @Test
    void theKneeIsWhereTheLineThroughTheLoadsCrossesTheLimit() {
        Rows rows = new Rows(List.of(
                row("knee", 0.6, "least-work", 1, 50),
                row("knee", 0.8, "least-work", 1, 100),
                row("knee", 0.9, "least-work", 1, 300)));

        assertThat(rows.knee("least-work", 200).orElseThrow()).isCloseTo(0.85, within(1e-9));
        assertThat(rows.knee("least-work", 1_000)).hasValue(0.9);
        assertThat(rows.knee("least-work", 10)).hasValue(0);
        assertThat(rows.knee("random", 200)).isEmpty();
    }

    private static Row row(String scenario, double load, String subject, int repeat, double p99) {
        return new Row(scenario, load, subject, repeat, Map.of("p99", p99, "p50", p99 / 2));
    }
}
