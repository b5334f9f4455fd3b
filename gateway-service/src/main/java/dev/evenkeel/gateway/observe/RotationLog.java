package dev.evenkeel.gateway.observe;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.gateway.node.Rotation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For whoever is on call: a line when a node leaves rotation and one when it is back, and a count by reason. */
public final class RotationLog implements Rotation {

    private static final Logger log = LoggerFactory.getLogger(RotationLog.class);

    private final MeterRegistry meters;

    public RotationLog(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void ejected(String node, Cause cause, boolean fromTrial) {
        if (fromTrial) {
            log.info("node {} stays out of rotation: its trial failed: {}", node, cause.inWords());
        } else {
            log.warn("node {} is out of rotation: {}", node, cause.inWords());
        }
        // rare enough to look the counter up
        Counter.builder("evenkeel.gateway.ejections")
                .description("times that a node was taken out of rotation, or kept out after a trial, by reason")
                .tags("node", node, "reason", cause.tag())
                .register(meters)
                .increment();
    }

    @Override
    public void healed(String node) {
        log.info("node {} is back in rotation", node);
    }
}
