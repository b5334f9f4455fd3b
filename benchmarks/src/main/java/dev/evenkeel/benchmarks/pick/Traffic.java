package dev.evenkeel.benchmarks.pick;

import dev.evenkeel.balancer.Balancer;
import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.Wiring;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Fleet;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.pick.Prober;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A gateway's balancer in the middle of its day: nodes that differ, have reported, and have requests of it inside. */
final class Traffic {

    private static final String MODEL = "m";

    /** Requests that are out, for each node. */
    private static final int OUTSTANDING = 3;

    /** Past the blackout of weighted round robin (10 s) and everybody's slow start. */
    private static final long UP_NANOS = 11_000_000_000L;

    private static final int REQUESTS = 1_024;
    private static final Outcome SUCCESS = new Outcome.Success();

    private final SplittableRandom random = new SplittableRandom(1);
    private final Fleet fleet = new Fleet();
    private final Balancer balancer;
    private final Request[] requests = new Request[REQUESTS];
    private final Pick[] out;
    private long passed;
    private long seq;
    private int next;

    Traffic(String policy, int nodes) {
        balancer = new Balancer(fleet, Policies.create(policy, new Wiring(random.split(), this::probe)), this::now);
        fleet.update(
                IntStream.range(0, nodes).mapToObj(Integer::toString).toList(),
                id -> new Endpoint(id, URI.create("http://node-" + id), Ejection.Settings.DEFAULT));
        fleet.endpoints().forEach(endpoint -> endpoint.announce(Set.of(MODEL)));
        everybodyReports();
        passed = UP_NANOS;
        everybodyReports();
        for (int i = 0; i < REQUESTS; i++) {
            requests[i] = new Request(MODEL, random.nextLong(1_000, 20_000), Set.of());
        }
        out = new Pick[OUTSTANDING * nodes];
        for (int i = 0; i < out.length; i++) {
            out[i] = balancer.pick(requests[i % REQUESTS]);
        }
    }

    private long now() {
        return System.nanoTime() + passed;
    }

    /** A probe is sent by others, and answered at once. */
    private void probe(Endpoint endpoint, Prober.Answer answer) {
        answer.arrived(report(endpoint), now());
    }

    private LoadReport report(Endpoint endpoint) {
        int inFlight = endpoint.ownRequests() + random.nextInt(4);
        return new LoadReport(
                random.nextDouble(),
                0.5,
                100,
                0,
                NodeState.UP,
                2,
                random.nextDouble(),
                0,
                inFlight,
                endpoint.ownWork() + random.nextDouble(20_000),
                random.nextDouble(0.2e6, 2e6),
                random.nextDouble(2, 40),
                ++seq);
    }

    /** As polls and answers do it many times a second. */
    void everybodyReports() {
        fleet.endpoints().forEach(endpoint -> endpoint.polled(report(endpoint), now()));
        balancer.look();
    }

    Pick next() {
        int turn = next;
        next = turn + 1 == out.length ? 0 : turn + 1;
        if (out[turn] instanceof Pick.Picked picked) {
            picked.ticket().complete(SUCCESS);
        }
        Pick pick = balancer.pick(requests[turn % REQUESTS]);
        out[turn] = pick;
        return pick;
    }
}
