package dev.evenkeel.model.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.batcher.Backlog;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.measure.WorkRate;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NodeMetersTest {

    private static final Path TABLE = Path.of("..", "docs", "metrics.md");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (evenkeel_\\w+) (\\w+)$");

    /** Name, type, unit, tags, meaning. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(evenkeel_\\w+)` \\| (\\w+) \\| [^|]+ \\|([^|]*)\\| [^|]+ \\|$");

    /** Those that a histogram's own series have. */
    private static final Set<String> OWN_TAGS = Set.of("le");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final NodeMeters meters = new NodeMeters(registry, "1.2.3");

    @Test
    void theDocumentedTableIsWhatANodeServes() throws IOException {
        reporter(() -> 0).bindTo(registry);
        everyEvent();
        assertThat(served(registry.scrape())).isEqualTo(documented(Files.readString(TABLE)));
    }

    @Test
    void aTimeIsInSecondsAndHasBuckets() {
        meters.request("openai", "m", 200, 1_500_000_000);
        assertThat(registry.scrape())
                .contains("evenkeel_requests_seconds_sum{api=\"openai\",model=\"m\",status=\"200\"} 1.5")
                .containsPattern("evenkeel_requests_seconds_bucket\\{api=\"openai\",model=\"m\",status=\"200\","
                        + "le=\"30.0\"\\} 1");
    }

    @Test
    void anErrorIsTheNodesOwnFault() {
        for (int status : new int[] {200, 400, 413, 424, 429, 500, 503}) {
            meters.request("tei", "m", status, 1_000);
        }
        assertThat(registry.scrape()).contains("evenkeel_errors_total{api=\"tei\",model=\"m\"} 3.0");
    }

    @Test
    void everyReasonToRefuseIsThereBeforeItsFirstTime() {
        assertThat(registry.scrape()).contains("evenkeel_requests_refused_total{reason=\"memory\"} 0.0");
        meters.refused(Refusal.MEMORY);
        assertThat(registry.scrape()).contains("evenkeel_requests_refused_total{reason=\"memory\"} 1.0");
    }

    @Test
    void whatPaddingCostsIsTheRatioOfTwoSums() {
        meters.batch("m", 4, 96, 128, 0);
        meters.batch("m", 1, 4, 4, 0);
        assertThat(registry.scrape())
                .contains("evenkeel_batch_tokens_sum{model=\"m\"} 100.0")
                .contains("evenkeel_batch_padded_tokens_sum{model=\"m\"} 132.0");
    }

    @Test
    void theGaugesAreOfTheMomentOfTheScrape() {
        long[] now = {0};
        LoadReporter reporter = reporter(() -> now[0]);
        reporter.bindTo(registry);
        reporter.enter();
        now[0] = 200_000_000;
        reporter.sample();
        assertThat(registry.scrape())
                .contains("evenkeel_in_flight_requests 1.0")
                .contains("evenkeel_queue_work 700.0")
                .contains("evenkeel_queue_inputs 2.0")
                .contains("evenkeel_cpu_granted_cores 2.0")
                .contains("evenkeel_memory_used_bytes 3.0E8")
                .contains("evenkeel_memory_limit_bytes 1.2E9")
                .contains("evenkeel_node_state{state=\"UP\"} 1.0")
                .contains("evenkeel_node_state{state=\"MEMORY\"} 0.0")
                .contains("version=\"1.2.3\"");
    }

    private static LoadReporter reporter(LongSupplier nanoTime) {
        Machine machine = new Machine(2, 0, 0, 4, 0, Throttling.NONE, 300e6, 1200e6);
        return new LoadReporter(
                () -> machine, nanoTime, () -> NodeState.UP, () -> new Backlog(2, 500, 200), new WorkRate(2));
    }

    private void everyEvent() {
        meters.request("openai", "m", 500, 1);
        meters.refused(Refusal.QUEUE_FULL);
        meters.batch("m", 1, 1, 1, 1);
        meters.waited("m", 1);
        meters.predicted("m", 1);
        meters.tokenized("m", 1);
        meters.expired("m", 1);
        meters.cancelled("m", 1);
        meters.stalled();
        meters.workerReplaced();
    }

    /** Name, and type with the tags. */
    private static Map<String, String> served(String scrape) {
        Map<String, String> served = new TreeMap<>();
        TYPE.matcher(scrape)
                .results()
                .filter(type -> !type.group(1).endsWith("_max"))
                .forEach(type -> served.put(type.group(1), type.group(2) + " " + tags(scrape, type.group(1))));
        return served;
    }

    private static Set<String> tags(String scrape, String name) {
        Set<String> tags = new TreeSet<>();
        Pattern.compile("(?m)^" + name + "(?:_bucket|_sum|_count)?\\{([^}]*)}")
                .matcher(scrape)
                .results()
                .flatMap(series ->
                        Pattern.compile("(\\w+)=\"").matcher(series.group(1)).results())
                .map(tag -> tag.group(1))
                .filter(tag -> !OWN_TAGS.contains(tag))
                .forEach(tags::add);
        return tags;
    }

    private static Map<String, String> documented(String page) {
        Map<String, String> documented = new TreeMap<>();
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            List<String> tags = Arrays.stream(row.group(3).split(",", -1))
                    .map(String::strip)
                    .filter(tag -> !tag.isEmpty())
                    .toList();
            documented.put(row.group(1), row.group(2) + " " + new TreeSet<>(tags));
        }
        return documented;
    }
}
