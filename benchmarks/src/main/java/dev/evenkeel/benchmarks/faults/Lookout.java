package dev.evenkeel.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Looks in the background, again and again, which nodes are out of rotation: a moment that nobody waits for is seen too. */
final class Lookout implements AutoCloseable {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(45);

    /** The nodes' states by name. */
    @FunctionalInterface
    interface States {
        Map<String, String> now() throws IOException, InterruptedException;
    }

    private final Set<String> nodes;
    private final States states;
    private final Future<Set<String>> out;
    private volatile boolean open = true;

    /** @param nodes that should be there; what else there is does not count */
    Lookout(Set<String> nodes, States states) {
        this.nodes = nodes;
        this.states = states;
        this.out = Background.start(this::look);
    }

    private Set<String> look() throws IOException, InterruptedException {
        Set<String> seen = new TreeSet<>();
        do {
            Map<String, String> now = states.now();
            nodes.stream().filter(node -> !Watch.isIn(now, node)).forEach(seen::add);
            Thread.sleep(LOOK_AGAIN);
        } while (open);
        return seen;
    }

    /** Names of those that were out of rotation, or unknown, at some time until now. */
    Set<String> out() throws ExecutionException, InterruptedException {
        close();
        return out.get();
    }

    @Override
    public void close() {
        open = false;
    }
}
