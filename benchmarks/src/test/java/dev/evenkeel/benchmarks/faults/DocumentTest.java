package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentTest {

    private static final Path DOCS = Path.of("../docs");

    /** Whoever changes a row, a bar or the text makes the document anew. */
    @Test
    void theDocumentIsWhatItsRowsGive() throws IOException {
        assertThat(new Document(DOCS).text())
                .as("docs/faults.md is old: benchmarks/faults.sh --faults '' makes it anew")
                .isEqualTo(Files.readString(DOCS.resolve("faults.md")));
    }

    private static Outcome garbage(int run) {
        return new Outcome("garbage", 1, run, Map.of(Outcome.WRONG, 0.0, "attempts", 5.0), "");
    }

    @Test
    void aRowOfTooFewRunsIsNotMet(@TempDir Path docs) {
        Document document = new Document(docs);
        for (int run = 1; run < 5; run++) {
            document.add(garbage(run));
        }
        assertThat(document.text()).contains("| **not met**: 4 of 5 runs |").doesNotContain("| met |");

        document.add(garbage(5));
        assertThat(document.text()).contains("| met |");
    }

    @Test
    void theLastCommandOfEachKindIsKept(@TempDir Path docs) {
        Document document = new Document(docs);
        String one = "--faults kill --gateways 1 --registries 1 --gateway-args ''";
        String again = "--faults stop --gateways 1 --registries 1 --gateway-args ''";
        String two = "--faults kill --gateways 2 --registries 1 --gateway-args ''";
        String delay = "--faults overload --gateways 1 --registries 1 --gateway-args '--delay=60ms --more'";
        document.machine("a machine", one);
        document.machine("a machine", two);
        document.machine("a machine", delay);
        document.machine("another machine", again);

        assertThat(document.text())
                .endsWith("On another machine\n\n`benchmarks/faults.sh " + two + "`\n\n`benchmarks/faults.sh " + delay
                        + "`\n\n`benchmarks/faults.sh " + again + "`\n");
    }
}
