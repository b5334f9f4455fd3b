package dev.evenkeel.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Policies;
import dev.evenkeel.simulator.report.Cell;
import dev.evenkeel.simulator.report.Column;
import dev.evenkeel.simulator.report.Peers;
import dev.evenkeel.simulator.report.Row;
import dev.evenkeel.simulator.report.Run;
import dev.evenkeel.simulator.scenario.Scenario;
import dev.evenkeel.simulator.scenario.Scenarios.Size;
import dev.evenkeel.simulator.workload.Network;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A slice of the report as a gate: small cells and few seeds, each with a limit between what the default policy has and
 * what a named broken one has. The figures of both are in the row, so that whoever moves a limit sees what it is between.
 */
class SliceTest {

    private static final int SEEDS = 2;

    /**
     * A figure in a cell.
     *
     * @param bar that it is a slice of
     * @param figure over the seeds, of a policy
     * @param healthy what the default policy has, for people
     * @param limit that it may reach
     * @param broken what is wrong with the one that must not pass
     */
    record Slice(String bar, Cell cell, Figure figure, double healthy, double limit, Broken broken) {

        @Override
        public String toString() {
            return "%s: %s, %s <= %s (healthy %s, %s %s)"
                    .formatted(bar, cell, figure.name(), limit, healthy, broken.name(), broken.value());
        }
    }

    /** A figure of a subject, perhaps over the same of a reference. */
    record Figure(String name, ToDoubleFunction<Row> of, boolean isOverOracle) {

        double measure(Cell cell, String policy, UnaryOperator<Scenario> change) {
            double own = mean(cell, policy, change);
            return isOverOracle ? own / mean(cell, Peers.ORACLE, UnaryOperator.identity()) : own;
        }

        private double mean(Cell cell, String policy, UnaryOperator<Scenario> change) {
            Scenario scenario = change.apply(cell.simulated());
            return LongStream.rangeClosed(1, SEEDS)
                    .mapToObj(seed ->
                            Row.of(new Run(cell, policy, seed), scenario, Simulation.run(scenario, policy, seed)))
                    .mapToDouble(of)
                    .average()
                    .orElseThrow();
        }
    }

    /**
     * What the limit must tell from a healthy one.
     *
     * @param value that it has, for people
     */
    record Broken(String name, String policy, UnaryOperator<Scenario> change, double value) {

        static Broken policy(String policy, double value) {
            return new Broken(policy, policy, UnaryOperator.identity(), value);
        }

        /** The default policy, which hears little: nine of ten reports are lost. Without any no node would be known. */
        static Broken deaf(double value) {
            return new Broken("with few reports", Policies.DEFAULT, SliceTest::withFewReports, value);
        }
    }

    private static final Figure P99 = new Figure("p99 over the oracle's", row -> row.get(Column.P99), true);
    private static final Figure POLLS = new Figure("polls a request", Row::pollsPerRequest, false);

    static Stream<Slice> slices() {
        return Stream.of(
                new Slice(
                        "B1",
                        new Cell("public-cell", new Size("fifo", 20, 4, 0.9)),
                        P99,
                        1.61,
                        1.9,
                        Broken.policy("least-requests", 2.29)),
                new Slice(
                        "B2",
                        new Cell("neighbours", new Size("ps", 8, 2, 0.9)),
                        P99,
                        0.96,
                        1.3,
                        Broken.policy("round-robin", 186)),
                new Slice("B2", new Cell("neighbours", new Size("fifo", 8, 16, 0.9)), P99, 2.9, 4, Broken.deaf(53.6)),
                new Slice(
                        "B12",
                        new Cell("public-cell", new Size("fifo", 20, 4, 0.7)),
                        POLLS,
                        0.05,
                        0.1,
                        Broken.policy("prequal", 3)));
    }

    @ParameterizedTest
    @MethodSource("slices")
    void theLimitIsBetweenTheDefaultPolicyAndABrokenOne(Slice slice) {
        double measured = slice.figure().measure(slice.cell(), Policies.DEFAULT, UnaryOperator.identity());
        double broken = slice.figure()
                .measure(slice.cell(), slice.broken().policy(), slice.broken().change());

        assertThat(measured).as("%s: the default policy", slice).isLessThanOrEqualTo(slice.limit());
        assertThat(broken).as("%s: %s", slice, slice.broken().name()).isGreaterThan(slice.limit());
    }

    private static Scenario withFewReports(Scenario of) {
        Network network = new Network(
                of.network().nanos(),
                of.network().jitterNanos(),
                0.9,
                of.network().probeMicros());
        return new Scenario(
                of.kind(),
                of.nodes(),
                of.neighbours(),
                of.gateways(),
                of.arrivals(),
                of.load(),
                of.sizes(),
                of.hintError(),
                network,
                of.warmupSeconds(),
                of.seconds(),
                of.admits(),
                of.happenings());
    }
}
