package dev.evenkeel.acceptance;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fleet of containers with a project name and ports of its own, driven as people drive it: by {@code docker compose} and
 * {@code docker}. What they do not show comes from the engine's API.
 */
final class Containers {

    static final String NODES = "model-service";

    private static final Path ROOT = Path.of(System.getProperty("evenkeel.root"));
    private static final String PROJECT = "evenkeel-it";

    /** The first build of a machine has everything to download. */
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(15);

    private final HttpClient http = HttpClient.newHttpClient();
    /** How often a node is asked to be paused. */
    private static final int PAUSES = 5;

    private final DockerClient engine = DockerClientFactory.lazyClient();
    private final int gatewayPort;
    private final int managementPort;

    Containers() throws IOException {
        List<Integer> ports = Fleet.freePorts(2);
        gatewayPort = ports.get(0);
        managementPort = ports.get(1);
    }

    int gatewayPort() {
        return gatewayPort;
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + gatewayPort);
    }

    /** Builds what is missing, and waits until everything is healthy. */
    void up(int nodes) throws IOException, InterruptedException {
        compose("up", "--build", "--wait", "--scale", NODES + "=" + nodes);
    }

    /** More nodes, or fewer; the others are left alone. Returns when those that leave have left. */
    void scale(int nodes) throws IOException, InterruptedException {
        compose("up", "-d", "--no-recreate", "--scale", NODES + "=" + nodes);
    }

    /** Everything goes, weights included. */
    void down() throws IOException, InterruptedException {
        compose("down", "-v");
    }

    /** Ends whatever is still there. */
    void end() throws IOException, InterruptedException {
        down();
        http.close();
    }

    /** {@code docker compose} on this project; its output. */
    String compose(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                "docker",
                "compose",
                "-p",
                PROJECT,
                "-f",
                ROOT.resolve("docker-compose.yml").toString(),
                "-f",
                ROOT.resolve("acceptance/src/test/resources/compose-management.yml")
                        .toString()));
        words.addAll(List.of(command));
        return run(words);
    }

    /** {@code docker}; its output. */
    String docker(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("docker"));
        words.addAll(List.of(command));
        return run(words);
    }

    private String run(List<String> words) throws IOException, InterruptedException {
        Path output = Files.createTempFile("docker", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("EVENKEEL_GATEWAY_PORT", Integer.toString(gatewayPort));
            builder.environment().put("EVENKEEL_TEST_MANAGEMENT_PORT", Integer.toString(managementPort));
            Process process = builder.start();
            if (!process.waitFor(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                throw new AssertionError(words + " did not end in " + COMMAND_LIMIT + ":\n" + Files.readString(output));
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        words + " ended with " + process.exitValue() + ":\n" + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** The running containers of a service. */
    List<InspectContainerResponse> of(String service) {
        return engine
                .listContainersCmd()
                .withLabelFilter(Map.of("com.docker.compose.project", PROJECT, "com.docker.compose.service", service))
                .exec()
                .stream()
                .map(container -> engine.inspectContainerCmd(container.getId()).exec())
                .toList();
    }

    /** All containers, networks and volumes that the project has left on this machine. */
    List<String> leftovers() {
        Map<String, String> project = Map.of("com.docker.compose.project", PROJECT);
        List<String> left = new ArrayList<>();
        engine.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(project)
                .exec()
                .forEach(container -> left.add("container " + container.getId()));
        engine.listNetworksCmd()
                .withFilter("label", List.of("com.docker.compose.project=" + PROJECT))
                .exec()
                .forEach(network -> left.add("network " + network.getName()));
        engine.listVolumesCmd()
                .withFilter("label", List.of("com.docker.compose.project=" + PROJECT))
                .exec()
                .getVolumes()
                .forEach(volume -> left.add("volume " + volume.getName()));
        return left;
    }

    /** A node's name, which is what its container is called inside, and what {@code docker} takes for it. */
    static String name(InspectContainerResponse container) {
        return container.getId().substring(0, 12);
    }

    List<String> nodes() {
        return of(NODES).stream().map(Containers::name).toList();
    }

    /** How the gateway sees each node, by name: UP, DRAINING, EJECTED, ... */
    Map<String, String> states() throws IOException, InterruptedException {
        URI health = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health");
        String body = http.send(
                        HttpRequest.newBuilder(health)
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        JsonNode nodes = JsonMapper.shared().readTree(body).at("/components/fleet/details/nodes");
        Map<String, String> states = new LinkedHashMap<>();
        nodes.properties()
                .forEach(node -> states.put(node.getKey(), node.getValue().asString()));
        return states;
    }

    /** Waits until the gateway counts so many nodes as UP, and no other. */
    void awaitUp(int nodes) {
        Waiting.until(nodes + " nodes are up", Duration.ofMinutes(3), () -> {
            List<String> states = List.copyOf(states().values());
            boolean all = states.size() == nodes && states.stream().allMatch("UP"::equals);
            return all ? Optional.of(true) : Optional.empty();
        });
    }

    /**
     * Freezes it, as {@code docker pause} does; by the engine's API, for a command's own start takes as long as a fault may.
     * A kernel may say that it could not freeze what has used up its CPU quota just then, and has thawed it again: it is
     * asked once more.
     *
     * @return {@link System#nanoTime()} when it was asked the time that it did
     */
    long pause(String node) {
        for (int i = 1; ; i++) {
            long asked = System.nanoTime();
            try {
                engine.pauseContainerCmd(node).exec();
                return asked;
            } catch (InternalServerErrorException e) {
                if (i == PAUSES || !String.valueOf(e.getMessage()).contains("unable to freeze")) {
                    throw e;
                }
            }
        }
    }

    /** Ends it by SIGKILL, in the same way. */
    void kill(String node) {
        engine.killContainerCmd(node).exec();
    }

    /** How long it takes from now until the gateway sends nothing more to the node. */
    Duration timeUntilOut(String node, long since) {
        return Waiting.until(node + " is out of rotation", Duration.ofMinutes(1), () -> {
            boolean out = !"UP".equals(states().get(node));
            return out ? Optional.of(Duration.ofNanos(System.nanoTime() - since)) : Optional.empty();
        });
    }

    String logTails() {
        try {
            return compose("logs", "--tail", "60", "--no-color");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
