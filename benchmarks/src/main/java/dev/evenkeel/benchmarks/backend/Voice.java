package dev.evenkeel.benchmarks.backend;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.load.OrcaText;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** What one node says: its load report, its status, and the embedding that every request gets. */
final class Voice {

    private static final int DIMENSIONS = 256;

    private final String instance;
    private final String model;
    private final NodeStatus.ServedModel served;
    private final AtomicLong reports = new AtomicLong();
    private final JsonMapper json = JsonMapper.builder().build();

    /** One whose requests cost next to nothing. */
    Voice(String instance, String model) {
        this(instance, model, 100, 10, 0.25);
    }

    /** The costs are as {@link NodeStatus.ServedModel} has them. */
    Voice(String instance, String model, double costBase, double costPerToken, double tokensPerByte) {
        this.instance = instance;
        this.model = model;
        served = new NodeStatus.ServedModel(model, "1", List.of(), "embedding", costBase, costPerToken, tokensPerByte);
    }

    String instance() {
        return instance;
    }

    /** Number of the next report. */
    long next() {
        return reports.incrementAndGet();
    }

    /** The report of one that is well and has nothing to do. */
    String idle() {
        return OrcaText.encode(new LoadReport(0.05, 0.2, 100, 0, NodeState.UP, 1, 0, 0, 0, 0, 1e6, 0.1, next()));
    }

    /** What {@code /actuator/load} answers. */
    byte[] status(String load) {
        return json.writeValueAsBytes(new NodeStatus(instance, load, List.of(served)));
    }

    /** An answer of about 3 kB. */
    String embedding() {
        String values = IntStream.range(0, DIMENSIONS)
                .mapToObj(i -> String.format(Locale.ROOT, "%.8f", Math.sin(i + 1) / 16))
                .collect(Collectors.joining(","));
        return """
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[%s]}],"model":"%s",\
                "usage":{"prompt_tokens":32,"total_tokens":32}}""".formatted(values, model);
    }
}
