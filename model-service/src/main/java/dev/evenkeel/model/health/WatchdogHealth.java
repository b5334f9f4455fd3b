package dev.evenkeel.model.health;

import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Liveness: down when only a new process helps. */
public record WatchdogHealth(BooleanSupplier pastSaving) implements HealthIndicator {

    @Override
    public Health health() {
        return pastSaving.getAsBoolean()
                ? Health.down()
                        .withDetail("reason", "predictions do not come back")
                        .build()
                : Health.up().build();
    }
}
