package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DocumentTest {

    private static final Path DOCS = Path.of("../docs");

    /** Whoever changes a row, a bar or the text makes the document anew. */
    @Test
    void theDocumentIsWhatItsRowsGive() throws IOException {
        assertThat(new Document(DOCS).text())
                .as("docs/faults.md is old: benchmarks/faults.sh --faults '' makes it anew")
                .isEqualTo(Files.readString(DOCS.resolve("faults.md")));
    }
}
