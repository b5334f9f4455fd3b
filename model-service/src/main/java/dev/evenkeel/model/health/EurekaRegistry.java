package dev.evenkeel.model.health;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Eureka. A status that is set is sent at once, not with the next renewal.
 *
 * @param client empty where there is no registry
 * @param models names of what is served, for people who look at the registry; the gateway asks the node itself
 */
public record EurekaRegistry(Supplier<Optional<ApplicationInfoManager>> client, Supplier<List<String>> models)
        implements Registry {

    @Override
    public void up() {
        client.get().ifPresent(manager -> {
            manager.registerAppMetadata(Map.of("models", String.join(",", models.get())));
            manager.setInstanceStatus(InstanceStatus.UP);
        });
    }

    @Override
    public void down() {
        client.get().ifPresent(manager -> manager.setInstanceStatus(InstanceStatus.DOWN));
    }
}
