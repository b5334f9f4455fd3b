package dev.evenkeel.balancer;

import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Nodes "0", "1", ... that serve "m" at one core each, a balancer over them, and a clock that is moved by hand. */
final class TestFleet {

    static final double ONE_CORE = 1e6;

    final Fleet fleet = new Fleet();
    final Balancer balancer;
    private long now;
    private long seq;

    TestFleet(String policy, int nodes) {
        List<String> ids = IntStream.range(0, nodes).mapToObj(Integer::toString).toList();
        fleet.update(ids, TestFleet::endpoint);
        balancer = new Balancer(fleet, Policies.create(policy, new SplittableRandom(5)), this::now);
        for (String id : ids) {
            node(id).announce(Set.of("m"));
            report(id, NodeState.UP, 0, ONE_CORE);
        }
    }

    static Endpoint endpoint(String id) {
        return new Endpoint(id, URI.create("http://node-" + id), Ejection.Settings.DEFAULT);
    }

    static Request request(long work, String... tried) {
        return new Request("m", work, Set.of(tried));
    }

    Endpoint node(String id) {
        return fleet.find(id).orElseThrow();
    }

    void report(String id, NodeState state, double queueWork, double workRate) {
        LoadReport report = new LoadReport(0, 0, 0, 0, state, 1, 0, 0, 0, queueWork, Double.NaN, workRate, 1, ++seq);
        node(id).polled(report, now);
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
