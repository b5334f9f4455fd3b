package dev.evenkeel.simulator.gateway;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.pick.Candidates;
import dev.evenkeel.balancer.pick.Picker;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.workload.Call;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sends each request where it would be done first, by the truth of the moment: greedy, and no policy could know it. */
final class Oracle implements Picker {

    private final Map<Endpoint, Node> nodes;
    private final Supplier<Call> call;
    private final RandomGenerator random;

    /** The list that was picked from last, and the truth of each place in it: most places are worse by the truth alone. */
    private List<Endpoint> endpoints = List.of();

    private @Nullable Node[] truth = {};

    Oracle(Map<Endpoint, Node> nodes, Supplier<Call> call, RandomGenerator random) {
        this.nodes = nodes;
        this.call = call;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        if (!candidates.areFrom(endpoints)) {
            endpoints = candidates.endpoints();
            truth = endpoints.stream().map(nodes::get).toArray(Node[]::new);
        }
        Call current = call.get();
        Endpoint chosen = null;
        double earliest = Double.POSITIVE_INFINITY;
        int equals = 0;
        for (int place = 0; place < candidates.places(); place++) {
            Node node = truth[place];
            double nanos = node == null ? Double.NaN : node.nanosToFinish(current.work(), current.tokens());
            Endpoint candidate = nanos <= earliest ? candidates.at(place) : null;
            if (candidate == null) {
                continue;
            }
            if (nanos < earliest || chosen == null) {
                chosen = candidate;
                earliest = nanos;
                equals = 1;
            } else if (nanos == earliest && random.nextInt(++equals) == 0) {
                chosen = candidate;
            }
        }
        return chosen;
    }
}
