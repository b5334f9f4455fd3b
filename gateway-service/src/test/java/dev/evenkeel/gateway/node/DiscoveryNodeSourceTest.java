package dev.evenkeel.gateway.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

class DiscoveryNodeSourceTest {

    @Test
    void modelsInTheRegistrationAreThoseThatTheNodeServes() {
        assertThat(registered(Map.of("models", "one, two,,three ")).models())
                .containsExactlyInAnyOrder("one", "two", "three");
        assertThat(registered(Map.of()).models()).isEmpty();
    }

    private static Node registered(Map<String, String> metadata) {
        ServiceInstance instance = new DefaultServiceInstance("i", "nodes", "127.0.0.1", 1, false, metadata);
        DiscoveryClient registry = new DiscoveryClient() {
            @Override
            public String description() {
                return "one instance";
            }

            @Override
            public List<ServiceInstance> getInstances(String serviceId) {
                return List.of(instance);
            }

            @Override
            public List<String> getServices() {
                return List.of("nodes");
            }
        };
        return new DiscoveryNodeSource(registry, "nodes").nodes().getFirst();
    }
}
