package dev.evenkeel.gateway.node;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/** The nodes that a registry lists as ready. */
public final class DiscoveryNodeSource implements NodeSource {

    private static final String NAME = "node-name";
    private static final String MANAGEMENT_PORT = "management.port";
    private static final String MODELS = "models";

    private static final Logger log = LoggerFactory.getLogger(DiscoveryNodeSource.class);

    private final Set<String> malformed = ConcurrentHashMap.newKeySet();
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
                .flatMap(instance -> node(instance).stream())
                .toList();
    }

    /** A registration that gives no usable address is left out, and told once: it must not hide the others. */
    private Optional<Node> node(ServiceInstance instance) {
        Map<String, String> metadata = Objects.requireNonNullElse(instance.getMetadata(), Map.of());
        String hostAndPort = instance.getHost() + ":" + instance.getPort();
        String id = Objects.requireNonNullElse(instance.getInstanceId(), hostAndPort);
        String managementPort = metadata.getOrDefault(MANAGEMENT_PORT, Integer.toString(instance.getPort()));
        try {
            URI address = addressOf(hostAndPort);
            URI management = addressOf(instance.getHost() + ":" + managementPort);
            return Optional.of(
                    new Node(id, metadata.getOrDefault(NAME, hostAndPort), address, management, models(metadata)));
        } catch (URISyntaxException e) {
            if (malformed.add(id)) {
                log.warn("{} is registered with an address that cannot be used: {}", id, e.getMessage());
            }
            return Optional.empty();
        }
    }

    /** Names with commas between them. */
    private static Set<String> models(Map<String, String> metadata) {
        return Arrays.stream(metadata.getOrDefault(MODELS, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static URI addressOf(String hostAndPort) throws URISyntaxException {
        return new URI("http://" + hostAndPort).parseServerAuthority();
    }
}
