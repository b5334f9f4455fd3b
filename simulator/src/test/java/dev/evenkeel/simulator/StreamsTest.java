package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.simulator.gateway.Gateway;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.scenario.Scenarios;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One stream for each purpose: what is compared met the same. */
class StreamsTest {

    private static final long SEED = 3;

    private static Result run(String kind, String policy, int gateways, long seed) {
        return run(kind, policy, gateways, 0.2, seed);
    }

    private static Result run(String kind, String policy, int gateways, double hintError, long seed) {
        Scenario full = Scenarios.mixedSizes(new Scenarios.Size(kind, 6, gateways, 0.7));
        Scenario brief = new Scenario(
                full.kind(),
                full.nodes(),
                full.neighbours(),
                full.gateways(),
                full.arrivals(),
                full.load(),
                full.sizes(),
                hintError,
                full.network(),
                0.5,
                2,
                full.admits(),
                full.happenings());
        return Simulation.run(brief, policy, seed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "ps", "batch"})
    void theSameSeedGivesTheSameRun(String kind) {
        for (String policy : List.of("least-work", "prequal", Gateway.ORACLE)) {
            assertThat(run(kind, policy, 2, SEED))
                    .as(policy)
                    .usingRecursiveComparison()
                    .isEqualTo(run(kind, policy, 2, SEED));
        }
    }

    @Test
    void anotherSeedGivesAnother() {
        assertThat(run("fifo", "least-work", 2, SEED).offeredWork())
                .isNotEqualTo(run("fifo", "least-work", 2, SEED + 1).offeredWork());
    }

    /** The sum is one of doubles in the same order: equal to the last bit if and only if all of them are. */
    @Test
    void everyPolicyMeetsTheSameArrivalsAndSizes() {
        Result first = run("ps", "random", 2, SEED);
        assertThat(first.calls()).isPositive();
        assertThat(Stream.concat(Policies.names().stream(), Stream.of(Gateway.ORACLE)))
                .allSatisfy(policy -> assertThat(run("ps", policy, 2, SEED))
                        .returns(first.calls(), Result::calls)
                        .returns(first.offeredWork(), Result::offeredWork));
    }

    @Test
    void anyNumberOfGatewaysMeetsTheSameArrivalsAndSizes() {
        Result one = run("fifo", "least-work", 1, SEED);
        assertThat(List.of(2, 3, 16))
                .allSatisfy(gateways -> assertThat(run("fifo", "least-work", gateways, SEED))
                        .returns(one.calls(), Result::calls)
                        .returns(one.offeredWork(), Result::offeredWork));
    }

    /** Hints that are exact draw nothing. */
    @Test
    void howWellSizesAreKnownChangesNeither() {
        Result known = run("fifo", "least-work", 2, 0, SEED);
        assertThat(run("fifo", "least-work", 2, 0.2, SEED))
                .returns(known.calls(), Result::calls)
                .returns(known.offeredWork(), Result::offeredWork);
    }
}
