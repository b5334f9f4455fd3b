package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.simulator.node.Neighbours;
import dev.evenkeel.simulator.node.Node;
import dev.evenkeel.simulator.node.NodeKind;
import dev.evenkeel.simulator.result.Result;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.workload.Arrivals;
import dev.evenkeel.simulator.workload.Call;
import dev.evenkeel.simulator.workload.Network;
import dev.evenkeel.simulator.workload.Sizes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The requests of a trace, each at its time and of its size, and no others. */
class ReplayTest {

    private static final Scenario ONE_NODE = new Scenario(
            new NodeKind.FifoNode(),
            List.of(new Node.Spec(1, 1)),
            new Neighbours.None(),
            1,
            new Arrivals.Poisson(),
            0.9,
            new Sizes.Fixed(1_000),
            0,
            new Network(0, 0, 0, 0),
            1,
            2,
            false,
            List.of());

    @Test
    void eachIsServedInItsTurnAndThoseBeforeTheWarmUpIsOverDoNotCount() {
        Result result = Simulation.replay(
                ONE_NODE,
                "round-robin",
                1,
                List.of(
                        call(0.5, 30_000),
                        // the second waits for the rest of the first
                        call(1.0, 50_000),
                        call(1.02, 10_000),
                        call(2.0, 20_000)));

        assertThat(result.calls()).isEqualTo(3);
        assertThat(result.all().count()).isEqualTo(3);
        assertThat(result.all().mean()).isCloseTo((50 + 40 + 20) / 3.0, within(0.01));
        assertThat(result.all().p999()).isCloseTo(50, within(0.01));
    }

    @Test
    void aTraceOfNothingSendsNothing() {
        assertThat(Simulation.replay(ONE_NODE, "round-robin", 1, List.of()).attempts())
                .isZero();
    }

    private static Call call(double seconds, long work) {
        return new Call(Math.round(seconds * 1e9), work, work, 0, false);
    }
}
