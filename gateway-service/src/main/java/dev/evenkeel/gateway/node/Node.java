package dev.evenkeel.gateway.node;

import java.net.URI;
import java.util.Set;

/**
 * A model node.
 *
 * @param id its instance id, new at every start
 * @param name what people call it
 * @param address where requests go, {@code http://host:port}
 * @param management where its actuator is, {@code http://host:port}
 * @param models what it serves by the registry's word; counts for a node that does not say so itself
 */
public record Node(String id, String name, URI address, URI management, Set<String> models) {

    public Node {
        models = Set.copyOf(models);
    }

    /** A node that says itself what it serves. */
    public Node(String id, String name, URI address, URI management) {
        this(id, name, address, management, Set.of());
    }
}
