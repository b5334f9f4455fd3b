package dev.evenkeel.gateway.node;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/** The nodes that a registry lists as ready. */
public final class DiscoveryNodeSource implements NodeSource {

    private static final String NAME = "node-name";
    private static final String MANAGEMENT_PORT = "management.port";

    private final DiscoveryClient registry;
    private final String serviceId;

    /**
     * Asks a registry.
     *
     * @param serviceId the name under which nodes register
     */
    public DiscoveryNodeSource(DiscoveryClient registry, String serviceId) {
        this.registry = registry;
        this.serviceId = serviceId;
    }

    @Override
    public List<Node> nodes() {
        return registry.getInstances(serviceId).stream()
                .map(DiscoveryNodeSource::node)
                .toList();
    }

    private static Node node(ServiceInstance instance) {
        Map<String, String> metadata = Objects.requireNonNullElse(instance.getMetadata(), Map.of());
        String hostAndPort = instance.getHost() + ":" + instance.getPort();
        String managementPort = metadata.getOrDefault(MANAGEMENT_PORT, Integer.toString(instance.getPort()));
        return new Node(
                Objects.requireNonNullElse(instance.getInstanceId(), hostAndPort),
                metadata.getOrDefault(NAME, hostAndPort),
                URI.create("http://" + hostAndPort),
                URI.create("http://" + instance.getHost() + ":" + managementPort));
    }
}
