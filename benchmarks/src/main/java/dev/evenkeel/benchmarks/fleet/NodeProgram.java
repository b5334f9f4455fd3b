package dev.evenkeel.benchmarks.fleet;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.run.Options;
import dev.evenkeel.benchmarks.run.Services;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the nodes of a fleet run. */
@FunctionalInterface
public interface NodeProgram {

    /** Flags of nodes that are granted less than a CPU, as an image's entry point has them, {@code docker/node}. */
    String SMALL_NODE_JVM = "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED";

    /** Their arguments. */
    String SMALL_NODE_ARGS = "--evenkeel.workers=1 --evenkeel.warm-up=3s";

    /**
     * A node that is to be.
     *
     * @param cpus that it will be granted once it is warm
     * @param port on which it is asked
     * @param management the port of its actuator
     * @param registries where it registers, with the first that answers
     */
    record Place(String name, double cpus, int port, int management, List<URI> registries) {}

    /** Starts it, and returns at once. */
    Child start(Place place);

    /**
     * Our model nodes.
     *
     * @param options {@code encoder}, {@code weights}, {@code node-args}, {@code node-cpus} and {@code node-jvm} count
     * @param model is in the requests and in the nodes' configuration
     */
    static NodeProgram models(Options options, Services services, String model) {
        URI folder =
                Path.of(options.text("encoder")).toAbsolutePath().normalize().toUri();
        return place -> {
            List<String> args = new ArrayList<>(List.of(
                    Fleet.zone(place.registries()),
                    "--server.port=" + place.port(),
                    "--management.server.port=" + place.management(),
                    "--server.address=127.0.0.1",
                    "--evenkeel.node-name=" + place.name(),
                    "--evenkeel.weights-dir=" + options.text("weights"),
                    "--evenkeel.models[0].name=" + model,
                    "--evenkeel.models[0].url=" + folder,
                    "--evenkeel.models[0].task=embedding"));
            args.addAll(options.words("node-args"));
            return services.start(
                    place.name(), "model-service", options.text("node-cpus"), options.words("node-jvm"), args);
        };
    }

    /** Nodes that burn what a request is worth, on the CPUs {@code node-cpus}. */
    static NodeProgram burning(Options options, Services services, String model) {
        return place -> services.start(
                place.name(),
                "benchmarks",
                options.text("node-cpus"),
                List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(
                        "burning-node",
                        "--name",
                        place.name(),
                        "--model",
                        model,
                        "--cores",
                        Double.toString(place.cpus()),
                        "--port",
                        Integer.toString(place.port()),
                        "--management",
                        Integer.toString(place.management()),
                        "--registry",
                        place.registries().getFirst().toString()));
    }
}
