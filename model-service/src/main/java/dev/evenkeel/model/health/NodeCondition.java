package dev.evenkeel.model.health;

import dev.evenkeel.load.NodeState;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The node's state out of what is known in several places. Its life comes first: who warms or drains is not asked how it
 * is. A stall outweighs memory, for only the first may take the process down.
 *
 * @param life WARMING, UP or DRAINING
 * @param stalled a prediction does not come back
 * @param memoryTight memory is near its limit
 */
public record NodeCondition(Supplier<NodeState> life, BooleanSupplier stalled, BooleanSupplier memoryTight)
        implements Supplier<NodeState> {

    @Override
    public NodeState get() {
        NodeState now = life.get();
        if (now != NodeState.UP) {
            return now;
        }
        if (stalled.getAsBoolean()) {
            return NodeState.STALLED;
        }
        return memoryTight.getAsBoolean() ? NodeState.MEMORY : NodeState.UP;
    }
}
