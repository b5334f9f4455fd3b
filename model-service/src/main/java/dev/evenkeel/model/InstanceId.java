package dev.evenkeel.model;

import java.util.Map;
import java.util.UUID;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * {@code evenkeel.instance-id}: new at every start, so that nobody takes a node for its predecessor at the same address.
 * A property and not a bean, because the registry's settings need it; drawn here and not by {@code ${random.uuid}}, which
 * is another one at each look.
 */
class InstanceId implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        String id = UUID.randomUUID().toString().substring(0, 13);
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("instanceId", Map.of("evenkeel.instance-id", id)));
    }
}
