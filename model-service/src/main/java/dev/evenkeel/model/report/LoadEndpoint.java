package dev.evenkeel.model.report;

import dev.evenkeel.load.NodeStatus;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/load}: for gateways that have not heard of this node lately. */
@Endpoint(id = "load")
public final class LoadEndpoint {

    private final Supplier<NodeStatus> status;

    public LoadEndpoint(Supplier<NodeStatus> status) {
        this.status = status;
    }

    @ReadOperation
    public NodeStatus load() {
        return status.get();
    }
}
