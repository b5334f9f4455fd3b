package dev.evenkeel.load;

import java.util.List;
import java.util.Optional;

/** What a node says about its readiness for work. The {@linkplain #code() code} is what travels. */
public enum NodeState {
    /** Takes requests. */
    UP(0),
    /** Loads or warms its models; not ready yet. */
    WARMING(1),
    /** Finishes what it has and takes nothing new. */
    DRAINING(2),
    /** A prediction runs far past its expected time. */
    STALLED(3),
    /** Memory is near its limit; new work is refused. */
    MEMORY(4);

    private static final List<NodeState> ALL = List.of(values());

    private final int code;

    NodeState(int code) {
        this.code = code;
    }

    /** The number that stands for this state in a report. */
    public int code() {
        return code;
    }

    /** The state with this code; empty for a number that is none. */
    public static Optional<NodeState> ofCode(double code) {
        for (NodeState state : ALL) {
            if (state.code == code) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
