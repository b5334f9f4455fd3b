package dev.evenkeel.gateway.node;

import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the fleet to what the node source says, and knows each endpoint's {@link Node}.
 *
 * <p>A node that the source no longer lists is kept while it is heard, in rotation or not: the registry may be what
 * failed, and what ails a node for a while is no reason to forget it. A node that drains says so itself, and one that is
 * dead does not answer.
 */
public final class Nodes {

    private static final Logger log = LoggerFactory.getLogger(Nodes.class);

    /** A node that lives says so in this time: even the busiest gateway asks each one every twelve seconds at the latest. */
    private static final Duration KEPT_WITHOUT_WORD = Duration.ofSeconds(13);

    private final NodeSource source;
    private final Fleet fleet;
    private final Ejection.Settings ejection;
    private final Rotation rotation;
    private final LongSupplier nanoTime;
    private volatile Map<String, Node> byId = Map.of();

    public Nodes(NodeSource source, Fleet fleet, Ejection.Settings ejection, Rotation rotation, LongSupplier nanoTime) {
        this.source = source;
        this.fleet = fleet;
        this.ejection = ejection;
        this.rotation = rotation;
        this.nanoTime = nanoTime;
    }

    /** Asks the source, and makes the fleet what it says. */
    public synchronized void refresh() {
        Map<String, Node> next = new LinkedHashMap<>();
        source.nodes().forEach(node -> next.put(node.id(), node));
        byId.forEach((id, node) -> {
            if (!next.containsKey(id) && isAlive(id)) {
                next.put(id, node);
            }
        });
        logChanges(next);
        byId = Map.copyOf(next);
        fleet.update(List.copyOf(next.keySet()), id -> endpoint(Objects.requireNonNull(next.get(id))));
    }

    private Endpoint endpoint(Node node) {
        return new Endpoint(node.id(), node.address(), ejection, new Ejection.Listener() {
            @Override
            public void ejected(Cause cause, boolean fromTrial) {
                if (!isLeaving(node)) {
                    rotation.ejected(node.name(), cause, fromTrial);
                }
            }

            @Override
            public void healed() {
                rotation.healed(node.name());
            }
        });
    }

    /** A node that drains has left rotation by itself, and its port closes in the end: that is no news. */
    private boolean isLeaving(Node node) {
        return fleet.find(node.id())
                .filter(endpoint -> endpoint.state() == NodeState.DRAINING)
                .isPresent();
    }

    public Collection<Node> all() {
        return byId.values();
    }

    public Optional<Node> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** What people call the node. */
    public String nameOf(Endpoint endpoint) {
        return find(endpoint.id()).map(Node::name).orElse(endpoint.address().getAuthority());
    }

    private boolean isAlive(String id) {
        long now = nanoTime.getAsLong();
        return fleet.find(id)
                .filter(endpoint -> !isGone(endpoint.ejection()) && endpoint.state() != NodeState.DRAINING)
                .flatMap(Endpoint::reported)
                .filter(last -> now - last.at() <= KEPT_WITHOUT_WORD.toNanos())
                .isPresent();
    }

    /** Its connections broke, and it was not heard since: a node whose connections were reset by something else is. */
    private static boolean isGone(Ejection ejection) {
        return ejection.isDead() && ejection.isLost();
    }

    private void logChanges(Map<String, Node> next) {
        Set<String> before = byId.keySet();
        next.forEach((id, node) -> {
            if (!before.contains(id)) {
                log.info("node {} is there: {} ({})", node.name(), node.address(), id);
            }
        });
        byId.forEach((id, node) -> {
            if (!next.containsKey(id)) {
                log.info("node {} is gone: {} ({})", node.name(), node.address(), id);
            }
        });
    }
}
