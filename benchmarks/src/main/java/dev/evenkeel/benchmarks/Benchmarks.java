package dev.evenkeel.benchmarks;

import dev.evenkeel.benchmarks.backend.BurningNode;
import dev.evenkeel.benchmarks.backend.FaultyNode;
import dev.evenkeel.benchmarks.backend.NullBackend;
import dev.evenkeel.benchmarks.faults.FaultMatrix;
import dev.evenkeel.benchmarks.node.NodeFaults;
import dev.evenkeel.benchmarks.node.NodeOverload;
import dev.evenkeel.benchmarks.node.NodeScale;
import dev.evenkeel.benchmarks.overhead.GatewayOverhead;
import dev.evenkeel.benchmarks.overhead.StockGateway;
import dev.evenkeel.benchmarks.pick.PickCost;
import dev.evenkeel.benchmarks.policies.ComparePolicies;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.serving.Serving;
import dev.evenkeel.benchmarks.sidebyside.SideBySide;
import dev.evenkeel.benchmarks.tensors.TensorFormats;
import java.util.Arrays;

/** Runs what the first argument names; the scripts in {@code benchmarks/} call it. */
public final class Benchmarks {

    private Benchmarks() {}

    public static void main(String[] args) throws Exception {
        String name = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        try {
            switch (name) {
                case "bench" -> SideBySide.run(rest);
                case "compare-policies" -> ComparePolicies.run(rest);
                case "faults" -> FaultMatrix.run(rest);
                case "burning-node" -> BurningNode.run(rest);
                case "faulty-node" -> FaultyNode.run(rest);
                case "gateway-overhead" -> GatewayOverhead.run(rest);
                case "node-overload" -> NodeOverload.run(rest);
                case "node-faults" -> NodeFaults.run(rest);
                case "node-scale" -> NodeScale.run(rest);
                case "pick-cost" -> PickCost.run(rest);
                case "serving" -> Serving.run(rest);
                case "tensor-formats" -> TensorFormats.run(rest);
                case "null-backend" -> NullBackend.run(rest);
                case "stock-gateway" -> StockGateway.run(rest);
                default ->
                    throw new Options.Wrong("'" + name
                            + "' is no benchmark; it may be bench, compare-policies, faults, gateway-overhead, node-overload,"
                            + " node-faults, node-scale, pick-cost, serving, tensor-formats, null-backend,"
                            + " burning-node, faulty-node or stock-gateway");
            }
        } catch (Options.Wrong wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
        } catch (IllegalStateException failed) {
            System.err.println("the run failed: " + failed.getMessage());
            System.exit(1);
        }
    }
}
