package dev.evenkeel.gateway.observe;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.load.Headers;
import dev.evenkeel.load.OrcaText;
import java.util.function.LongSupplier;
import org.springframework.http.HttpHeaders;

/** Reads and strips what a node wrote for the gateway into the headers of its answer. */
public final class AnswerObserver {

    private final Nodes nodes;
    private final LongSupplier nanoTime;

    public AnswerObserver(Nodes nodes, LongSupplier nanoTime) {
        this.nodes = nodes;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes the load report, and puts the node's name where its instance id was.
     *
     * @return false when the answer is from another instance than the one that was picked: its address was reused
     */
    public boolean observe(Endpoint endpoint, HttpHeaders answer) {
        String instance = answer.getFirst(Headers.INSTANCE);
        String load = answer.getFirst(Headers.LOAD);
        InternalHeaders.removeFrom(answer);
        if (instance != null && !instance.equals(endpoint.id())) {
            return false;
        }
        long now = nanoTime.getAsLong();
        endpoint.heard(now);
        if (load != null) {
            OrcaText.decode(load).ifPresent(report -> endpoint.report(report, now));
        }
        answer.set(Headers.NODE, nodes.nameOf(endpoint));
        return true;
    }
}
