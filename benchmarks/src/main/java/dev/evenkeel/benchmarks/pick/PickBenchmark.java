package dev.evenkeel.benchmarks.pick;

import dev.evenkeel.balancer.Pick;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One pick, and the end of the request that was picked before all others that are out: the two cannot be told apart, since a
 * pick that nothing ends would fill the nodes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {

    @Param("least-work")
    public String policy = "least-work";

    @Param("10")
    public int nodes = 10;

    private Traffic traffic = new Traffic(policy, nodes);

    @Setup(Level.Trial)
    public void start() {
        traffic = new Traffic(policy, nodes);
    }

    @Setup(Level.Iteration)
    public void refresh() {
        traffic.everybodyReports();
    }

    @Benchmark
    public Pick pickAndComplete() {
        return traffic.next();
    }
}
