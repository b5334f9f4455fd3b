package dev.evenkeel.gateway.fleet;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.gateway.node.Catalog;
import dev.evenkeel.gateway.node.Nodes;
import dev.evenkeel.load.NodeState;
import dev.evenkeel.load.NodeStatus.ServedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fleet as it is now. */
public final class FleetView {

    private final Fleet fleet;
    private final Nodes nodes;
    private final Catalog catalog;

    public FleetView(Fleet fleet, Nodes nodes, Catalog catalog) {
        this.fleet = fleet;
        this.nodes = nodes;
        this.catalog = catalog;
    }

    /** The models that some node has said it serves. */
    public List<ServedModel> models() {
        return catalog.all();
    }

    /** True when at least one node says that it takes requests; an ejected one is asked when there is no other. */
    public boolean canAnswer() {
        return fleet.endpoints().stream().anyMatch(endpoint -> endpoint.state() == NodeState.UP);
    }

    /** Each node's state by name: UP, WARMING, ..., or EJECTED. */
    public Map<String, String> states() {
        Map<String, String> states = new LinkedHashMap<>();
        for (Endpoint endpoint : fleet.endpoints()) {
            String state = endpoint.ejection().isEjected()
                    ? "EJECTED"
                    : endpoint.state().name();
            states.put(nodes.nameOf(endpoint), state);
        }
        return states;
    }
}
