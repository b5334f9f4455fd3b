package dev.evenkeel.gateway.fleet;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Part of the gateway's readiness: it has known a node that can answer. Before, it would answer with errors what another
 * gateway can do. After, it stays ready whatever becomes of the nodes: they are gone for every gateway, and its own errors
 * say more than a closed door.
 */
public final class FirstNode implements HealthIndicator {

    private final FleetView view;
    private volatile boolean known;

    public FirstNode(FleetView view) {
        this.view = view;
    }

    @Override
    public Health health() {
        known = known || view.canAnswer();
        return known
                ? Health.up().build()
                : Health.outOfService()
                        .withDetail("reason", "no node that can answer has been heard from yet")
                        .build();
    }
}
