package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.pick.Prober;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Nodes "0", "1", ... that serve "m" at one core each, a balancer over them, and a clock that is moved by hand. */
final class TestFleet {

    static final double ONE_CORE = 1e6;

    final Fleet fleet = new Fleet();
    final Balancer balancer;
    private long now;
    private long seq;

    /** Probes are answered at once: by what this balancer has on the node, and the latency that it last reported. */
    TestFleet(String policy, int nodes) {
        this(policy, nodes, null);
    }

    TestFleet(String policy, int nodes, @Nullable Prober prober) {
        List<String> ids = IntStream.range(0, nodes).mapToObj(Integer::toString).toList();
        fleet.update(ids, TestFleet::endpoint);
        balancer = new Balancer(
                fleet,
                Policies.create(
                        policy, new Wiring(new SplittableRandom(5), prober == null ? this::answerAtOnce : prober)),
                this::now);
        for (String id : ids) {
            node(id).announce(Set.of("m"));
            report(id, NodeState.UP, 0, ONE_CORE);
        }
    }

    static Endpoint endpoint(String id) {
        return new Endpoint(id, URI.create("http://node-" + id), Ejection.Settings.DEFAULT);
    }

    private void answerAtOnce(Endpoint endpoint, Prober.Answer answer) {
        double latency = endpoint.reported().orElseThrow().report().p50Millis();
        answer.arrived(probed(endpoint.ownRequests(), latency), now);
    }

    /** What a probe tells. */
    static LoadReport probed(int inFlight, double p50Millis) {
        return new LoadReport(0, 0, 0, 0, NodeState.UP, 1, 0, 0, inFlight, 0, ONE_CORE, p50Millis, 0);
    }

    static Request request(long work, String... tried) {
        return new Request("m", work, Set.of(tried));
    }

    Endpoint node(String id) {
        return fleet.find(id).orElseThrow();
    }

    /** What is more than this fleet's own work is another's, a request. */
    void report(String id, NodeState state, double queueWork, double workRate) {
        int others = queueWork > node(id).ownWork() ? 1 : 0;
        int inFlight = node(id).ownRequests() + others;
        LoadReport report = new LoadReport(0, 0, 0, 0, state, 1, 0, 0, inFlight, queueWork, workRate, 1, ++seq);
        node(id).polled(report, now);
    }

    /** The node tells how many requests it finished and how many failed per second, and what CPU that took. */
    void reportUsage(String id, double rps, double eps, double cpu) {
        node(id).report(new LoadReport(cpu, 0, rps, eps, NodeState.UP, 1, 0, 0, 0, 0, ONE_CORE, 1, ++seq), now);
    }

    /** Picks and completes, one at a time. */
    Map<String, Integer> shares(int picks) {
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < picks; i++) {
            Ticket ticket = pick(1_000);
            shares.merge(ticket.endpoint().id(), 1, Integer::sum);
            ticket.complete(new Outcome.Success());
        }
        return shares;
    }

    Ticket pick(long work, String... tried) {
        return switch (balancer.pick(request(work, tried))) {
            case Pick.Picked(Ticket ticket) -> ticket;
            case Pick.Overloaded full -> throw new AssertionError(full);
            case Pick.NoneAvailable none -> throw new AssertionError(none);
        };
    }

    long now() {
        return now;
    }

    void pass(Duration time) {
        now += time.toNanos();
    }

    /** A ticket of this node; others that are picked before it are given back. */
    Ticket pickFrom(String id) {
        for (int i = 0; i < 10; i++) {
            Ticket ticket = pick(1);
            if (ticket.endpoint().id().equals(id)) {
                return ticket;
            }
            ticket.complete(new Outcome.Cancelled());
        }
        throw new AssertionError(id + " is not picked");
    }
}
