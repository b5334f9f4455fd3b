package dev.evenkeel.gateway.fleet;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Health of the fleet, for people and launchers; no part of the gateway's own readiness. */
public final class FleetHealth implements HealthIndicator {

    private final FleetView view;

    public FleetHealth(FleetView view) {
        this.view = view;
    }

    @Override
    public Health health() {
        Health.Builder health = view.canAnswer() ? Health.up() : Health.outOfService();
        return health.withDetail("nodes", view.states()).build();
    }
}
