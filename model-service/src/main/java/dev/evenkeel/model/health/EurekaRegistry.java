package dev.evenkeel.model.health;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Eureka. A status that is set is sent at once, not with the next renewal.
 *
 * @param client empty where there is no registry
 */
public record EurekaRegistry(Supplier<Optional<ApplicationInfoManager>> client) implements Registry {

    @Override
    public void up() {
        client.get().ifPresent(manager -> manager.setInstanceStatus(InstanceStatus.UP));
    }

    @Override
    public void down() {
        client.get().ifPresent(manager -> manager.setInstanceStatus(InstanceStatus.DOWN));
    }
}
