package dev.evenkeel.simulator.scenario;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.workload.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** What the scenarios' fleets are made of. */
final class Fleets {

    private static final String CURVE = "/measuring-encoder-int8.csv";

    /** The model node's own bounds of a batch, by default. */
    private static final int MAX_BATCH = 8;

    private static final int MAX_TOKENS = 256;
    private static final int CALL_TOKENS = 12;

    private Fleets() {}

    /**
     * A kind of node by its label.
     *
     * @throws IllegalArgumentException listing the labels
     */
    static NodeKind kind(String label) {
        return switch (label) {
            case "fifo" -> new NodeKind.FifoNode();
            case "ps" -> new NodeKind.SharingNode();
            case "batch" ->
                new NodeKind.BatchNode(
                        new Lane("m", MAX_BATCH, MAX_TOKENS, CALL_TOKENS, Integer.MAX_VALUE), measuredCurve());
            default ->
                throw new IllegalArgumentException(
                        "there is no kind of node '" + label + "'; it may be one of batch, fifo, ps");
        };
    }

    /** The one that was measured of the encoder that the benchmarks use. */
    private static ServiceCurve measuredCurve() {
        try (InputStream csv = Objects.requireNonNull(Fleets.class.getResourceAsStream(CURVE), CURVE)) {
            return ServiceCurve.parse(new String(csv.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nodes of two cores, every other one at half the speed. */
    static List<Node.Spec> halfAtHalfSpeed(int nodes) {
        return IntStream.range(0, nodes)
                .mapToObj(i -> new Node.Spec(2, i % 2 == 0 ? 1 : 0.5))
                .toList();
    }

    /** Requests that are much alike: for batching nodes of a length where batches pay, as they do for short texts. */
    static Sizes alike(NodeKind kind) {
        return kind instanceof NodeKind.BatchNode
                ? new Sizes.TruncatedNormal(3_000, 700)
                : new Sizes.TruncatedNormal(10_000, 2_500);
    }

    /** Nine of ten around 4 ms, one of ten around 70 ms. */
    static Sizes mixed() {
        return new Sizes.Bimodal(
                new Sizes.TruncatedNormal(4_000, 1_000), new Sizes.TruncatedNormal(70_000, 15_000), 0.1);
    }
}
