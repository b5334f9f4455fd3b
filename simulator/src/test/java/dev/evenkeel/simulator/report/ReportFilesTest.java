package dev.evenkeel.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {

    /** Surefire runs in the module. */
    private static final ReportFiles COMMITTED = new ReportFiles(Path.of("../docs"));

    /** Whoever changes a figure, a note, a bar or the text itself makes the report anew. */
    @Test
    void theReportIsWhatItsFilesGive() throws IOException {
        assertThat(COMMITTED.text())
                .as("docs/simulation.md is old: bin/evenkeel simulate --report docs makes it anew")
                .isEqualTo(Files.readString(COMMITTED.document()));
    }

    @Test
    void aChangedFigureChangesTheReport() throws IOException {
        List<Row> rows = COMMITTED.rows();
        String other = Document.of(new Rows(rows.subList(1, rows.size())), COMMITTED.outside(), Map.of());
        assertThat(other).isNotEqualTo(Files.readString(COMMITTED.document()));
    }

    @Test
    void rowsAreReadAsTheyWereWritten(@TempDir Path folder) throws IOException {
        ReportFiles files = new ReportFiles(folder);
        Row row = TestRows.row("public-cell", "prequal:q-rif=0.5,pool=8", 3, 12.345, "out_ms", 200);
        files.append(row);
        files.append(TestRows.row("neighbours", "least-work", 1, 5, "share_max", 1.125));

        assertThat(files.rows()).hasSize(2).contains(row);
        assertThat(files.rows().getLast().extra("share_max")).isEqualTo(1.125);
    }

    @Test
    void aFileOfSomethingElseIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Csv.rows(List.of("a,b")))
                .withMessageContaining("'a,b'")
                .withMessageContaining(Csv.HEADER);
    }
}
