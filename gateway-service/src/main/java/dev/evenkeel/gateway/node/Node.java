package dev.evenkeel.gateway.node;

import java.net.URI;

/**
 * A model node.
 *
 * @param id its instance id, new at every start
 * @param name what people call it
 * @param address where requests go, {@code http://host:port}
 * @param management where its actuator is, {@code http://host:port}
 */
public record Node(String id, String name, URI address, URI management) {}
