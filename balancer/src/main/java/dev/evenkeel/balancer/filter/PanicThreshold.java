package dev.evenkeel.balancer.filter;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.load.NodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says for which models so few nodes are left in rotation that the rest had better be asked all the same: sent to a few, the
 * load would only bring those down too. Envoy's panic threshold. A pick reads a set that is empty nearly always; it is made
 * anew by {@link #look}, so the answer is a tick old at most, which is less than an overload takes to build up.
 */
public final class PanicThreshold {

    private final double threshold;
    private volatile Set<String> inPanic = Set.of();

    /** @param threshold share of the nodes, 0 to 1, below which it is panic; 0 is never */
    public PanicThreshold(double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("panicThreshold is " + threshold + "; it must be from 0 to 1");
        }
        this.threshold = threshold;
    }

    /** True when fewer of the nodes that serve the model are in rotation than the threshold. */
    public boolean isBelow(String model) {
        Set<String> current = inPanic;
        return !current.isEmpty() && current.contains(model);
    }

    /** Counts who is in rotation; to be called every tick. */
    public void look(Fleet fleet) {
        List<Endpoint> endpoints = fleet.endpoints();
        boolean allIn = endpoints.stream().allMatch(Endpoint::isInRotation);
        inPanic = allIn ? Set.of() : belowThreshold(endpoints);
    }

    /** A node that warms or drains is not missing. */
    private Set<String> belowThreshold(List<Endpoint> endpoints) {
        Map<String, Integer> serving = new HashMap<>();
        Map<String, Integer> in = new HashMap<>();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.state() == NodeState.WARMING || endpoint.state() == NodeState.DRAINING) {
                continue;
            }
            int counts = endpoint.isInRotation() ? 1 : 0;
            for (String model : endpoint.models()) {
                serving.merge(model, 1, Integer::sum);
                in.merge(model, counts, Integer::sum);
            }
        }
        return serving.entrySet().stream()
                .filter(entry -> in.getOrDefault(entry.getKey(), 0) < threshold * entry.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
