package dev.evenkeel.model.health;

import dev.evenkeel.load.NodeState;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Readiness: up when the node takes requests. */
public record NodeHealth(Supplier<NodeState> state) implements HealthIndicator {

    @Override
    public Health health() {
        NodeState now = state.get();
        Health.Builder health = now == NodeState.UP ? Health.up() : Health.outOfService();
        return health.withDetail("state", now).build();
    }
}
