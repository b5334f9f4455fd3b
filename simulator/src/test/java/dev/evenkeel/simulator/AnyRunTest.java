package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.batcher.Lane;
import dev.evenkeel.batcher.ServiceCurve;
import dev.evenkeel.simulator.gateway.Gateway;
import dev.evenkeel.simulator.node.Neighbours;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Happening;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Network;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds whatever the scenario, in whole simulations of a small fleet. */
class AnyRunTest {

    private static final double SECONDS = 1;

    /** Arrivals are over, and whatever was slow or stood still has had time. */
    private static final double LATE = SECONDS + 29;

    private static final NodeKind BATCH = new NodeKind.BatchNode(
            new Lane("m", 4, 10_000, 12, Integer.MAX_VALUE),
            ServiceCurve.of(List.of(
                    new ServiceCurve.Point(1, 0, 1_000),
                    new ServiceCurve.Point(1, 100, 2_000),
                    new ServiceCurve.Point(4, 0, 1_000),
                    new ServiceCurve.Point(4, 100, 5_000))));

    /** What goes wrong, and when it is right again. */
    record Trouble(int node, double at, double lasts, Node.Fault fault, double slowness) {}

    record Setting(NodeKind kind, int nodes, int gateways, double load, double reportLoss, Sizes sizes) {}

    @Provide
    Arbitrary<Setting> settings() {
        Arbitrary<Sizes> sizes = Arbitraries.of(
                new Sizes.Fixed(5_000),
                new Sizes.Exponential(10_000),
                new Sizes.Lognormal(5_000, 1),
                new Sizes.Bimodal(new Sizes.Fixed(2_000), new Sizes.Fixed(40_000), 0.1));
        return Combinators.combine(
                        Arbitraries.of(new NodeKind.FifoNode(), new NodeKind.SharingNode(), BATCH),
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.doubles().between(0.1, 1.3),
                        Arbitraries.of(0.0, 0.3),
                        sizes)
                .as(Setting::new);
    }

    @Provide
    Arbitrary<String> policies() {
        List<String> names = new ArrayList<>(Policies.names());
        names.add(Gateway.ORACLE);
        return Arbitraries.of(names);
    }

    /** Everything ends, so that what is inside can come out. */
    @Provide
    Arbitrary<List<Trouble>> troubles() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.doubles().between(0, SECONDS),
                        Arbitraries.doubles().between(0.01, 2),
                        Arbitraries.of(Node.Fault.class),
                        Arbitraries.of(1.0, 10.0))
                .as(Trouble::new)
                .list()
                .ofMaxSize(5);
    }

    @Property(tries = 150)
    void everyCallEndsOnceAndNothingStaysOutstanding(
            @ForAll("settings") Setting setting,
            @ForAll("policies") String policy,
            @ForAll("troubles") List<Trouble> troubles,
            @ForAll long seed) {
        Result result = run(setting, policy, troubles, seed);
        assertThat(result.calls()).isEqualTo(result.all().count() + result.failed() + result.rejected());
        assertThat(result.attempts()).isGreaterThanOrEqualTo(result.all().count());
    }

    @Property(tries = 30)
    void theSameSeedGivesTheSameRun(
            @ForAll("settings") Setting setting,
            @ForAll("policies") String policy,
            @ForAll("troubles") List<Trouble> troubles,
            @ForAll long seed) {
        assertSameAgain(setting, policy, troubles, seed);
    }

    /** Quantiles of nothing are not numbers, which are not equal to themselves. */
    @Example
    void aRunWithoutAnswersIsTheSameAgain() {
        Setting setting = new Setting(BATCH, 1, 1, 0.5, 0, new Sizes.Fixed(5_000));
        List<Trouble> dead = List.of(new Trouble(0, 0, LATE, Node.Fault.DEAD, 1));
        assertThat(run(setting, "least-work", dead, 1).all().count()).isZero();
        assertSameAgain(setting, "least-work", dead, 1);
    }

    private static void assertSameAgain(Setting setting, String policy, List<Trouble> troubles, long seed) {
        assertThat(run(setting, policy, troubles, seed))
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(run(setting, policy, troubles, seed));
    }

    private static Result run(Setting setting, String policy, List<Trouble> troubles, long seed) {
        AtomicReference<Simulation> running = new AtomicReference<>();
        List<Happening> faults = new ArrayList<>();
        for (Trouble trouble : troubles) {
            int node = trouble.node % setting.nodes;
            faults.add(new Happening.Anything(trouble.at, node, it -> {
                it.fault(trouble.fault);
                it.slowness(trouble.slowness);
            }));
            faults.add(new Happening.Anything(trouble.at + trouble.lasts, node, it -> {
                it.fault(Node.Fault.NONE);
                it.slowness(1);
            }));
        }
        for (int look = 0; look < 200; look++) {
            faults.add(new Happening.Anything(look * 0.01, look % setting.nodes, it -> isSane(it, running)));
        }
        for (int node = 0; node < setting.nodes; node++) {
            faults.add(new Happening.Anything(LATE, node, it -> isEmpty(it, running)));
        }
        Simulation simulation = new Simulation(scenario(setting, faults), policy, seed);
        running.set(simulation);
        return simulation.run();
    }

    private static Scenario scenario(Setting setting, List<Happening> faults) {
        List<Node.Spec> nodes = new ArrayList<>();
        for (int i = 0; i < setting.nodes; i++) {
            nodes.add(new Node.Spec(1 + i % 2, i % 3 == 0 ? 1 : 0.5));
        }
        return new Scenario(
                setting.kind,
                nodes,
                new Neighbours.Moving(0, 0.9, 0.3),
                setting.gateways,
                new Arrivals.Bursts(0.5, 0.1, 3),
                setting.load,
                setting.sizes,
                0.2,
                new Network(200_000, 50_000, setting.reportLoss, 60),
                0,
                SECONDS,
                false,
                faults);
    }

    private static List<Endpoint> endpoints(AtomicReference<Simulation> running) {
        return Objects.requireNonNull(running.get()).gateways().stream()
                .flatMap(gateway -> gateway.endpoints().stream())
                .toList();
    }

    private static void isSane(Node node, AtomicReference<Simulation> running) {
        assertThat(node.inside()).isNotNegative();
        assertThat(endpoints(running)).allSatisfy(endpoint -> {
            assertThat(endpoint.ownWork()).isNotNegative();
            assertThat(endpoint.ownRequests()).isNotNegative();
            assertThat(endpoint.outstandingWork()).isNotNegative();
        });
    }

    private static void isEmpty(Node node, AtomicReference<Simulation> running) {
        assertThat(node.inside()).isZero();
        assertThat(endpoints(running)).allSatisfy(endpoint -> {
            assertThat(endpoint.ownWork()).isZero();
            assertThat(endpoint.ownRequests()).isZero();
        });
    }
}
