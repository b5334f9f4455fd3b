package dev.evenkeel.benchmarks.peer;

import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.run.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * HAProxy and nginx in front of nodes, by name. {@code default} is what their manuals begin with, {@code tuned} what one
 * sets who knows them and the nodes; the weights of {@code fed} come from the nodes' own load reports.
 */
public final class Proxies {

    /**
     * What makes one of them.
     *
     * @param template in {@code benchmarks/peers}
     * @param balance the directive's value
     * @param server further words for each node, where the template takes them
     * @param isFed a {@link WeightAgent} tells each node's weight
     */
    private record Recipe(String template, String balance, String server, boolean isFed) {

        boolean isNginx() {
            return template.startsWith("nginx");
        }
    }

    /** Late binding: what is more than a full batch waits in the proxy until a node has room. */
    private static final String ONE_BATCH = "maxconn 8";

    private static final Map<String, Recipe> BY_NAME = Map.ofEntries(
            Map.entry("haproxy-leastconn", new Recipe("haproxy-default.cfg", "leastconn", "", false)),
            Map.entry("haproxy-leastconn-tuned", new Recipe("haproxy-tuned.cfg", "leastconn", "", false)),
            Map.entry("haproxy-leastconn-queued", new Recipe("haproxy-tuned.cfg", "leastconn", ONE_BATCH, false)),
            Map.entry("haproxy-leastconn-fed", new Recipe("haproxy-tuned.cfg", "leastconn", "", true)),
            Map.entry("haproxy-random2", new Recipe("haproxy-default.cfg", "random(2)", "", false)),
            Map.entry("haproxy-random2-tuned", new Recipe("haproxy-tuned.cfg", "random(2)", "", false)),
            Map.entry("haproxy-random2-fed", new Recipe("haproxy-tuned.cfg", "random(2)", "", true)),
            Map.entry("nginx-least-conn", new Recipe("nginx-default.conf", "least_conn", "", false)),
            Map.entry("nginx-least-conn-tuned", new Recipe("nginx-tuned.conf", "least_conn", "", false)),
            Map.entry("nginx-random2", new Recipe("nginx-default.conf", "random two least_conn", "", false)),
            Map.entry("nginx-random2-tuned", new Recipe("nginx-tuned.conf", "random two least_conn", "", false)));

    private Proxies() {}

    public static boolean isOne(String name) {
        return BY_NAME.containsKey(name);
    }

    /** Those whose weights the nodes' reports tell. */
    public static boolean isFed(String name) {
        return isOne(name) && recipe(name).isFed();
    }

    /** All names, sorted. */
    public static List<String> names() {
        return BY_NAME.keySet().stream().sorted().toList();
    }

    /**
     * Starts one, in the foreground.
     *
     * @param templates the folder of the configurations
     * @param folder gets its own
     * @param port that it listens on, on loopback
     * @param nodes ports of the nodes
     * @param agents port of a node's agent, by the node's place; asked where the proxy is fed
     * @throws Options.Wrong for a name that is none, or a program that is not installed
     */
    public static Child start(
            String name,
            Path templates,
            Path folder,
            String cpus,
            int port,
            List<Integer> nodes,
            IntUnaryOperator agents) {
        Recipe recipe = recipe(name);
        try {
            Files.createDirectories(folder);
            Path config = folder.resolve(recipe.template());
            Files.writeString(
                    config,
                    Files.readString(templates.resolve(recipe.template()))
                            .replace("@PORT@", Integer.toString(port))
                            .replace("@FOLDER@", folder.toAbsolutePath().toString())
                            .replace("@BALANCE@", recipe.balance())
                            .replace("@SERVER@", recipe.server())
                            .replace("@SERVERS@", servers(recipe, nodes, agents)));
            List<String> command = recipe.isNginx()
                    ? List.of("nginx", "-c", config.toAbsolutePath().toString())
                    : List.of("haproxy", "-db", "-f", config.toString());
            return Child.start(name, folder, cpus, false, command);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the configuration of " + name, e);
        }
    }

    private static String servers(Recipe recipe, List<Integer> nodes, IntUnaryOperator agents) {
        return IntStream.range(0, nodes.size())
                .mapToObj(i -> {
                    if (recipe.isNginx()) {
                        boolean tuned = recipe.template().contains("tuned");
                        return "        server 127.0.0.1:%d%s;"
                                .formatted(nodes.get(i), tuned ? " max_fails=2 fail_timeout=1s" : "");
                    }
                    String agent = recipe.isFed()
                            ? " weight 100 agent-check agent-port %d agent-inter 100ms".formatted(agents.applyAsInt(i))
                            : "";
                    return "    server node-%d 127.0.0.1:%d%s".formatted(i + 1, nodes.get(i), agent);
                })
                .collect(Collectors.joining("\n"));
    }

    private static Recipe recipe(String name) {
        Recipe recipe = BY_NAME.get(name);
        if (recipe == null) {
            throw new Options.Wrong("'" + name + "' is no proxy; it may be " + String.join(", ", names()));
        }
        return recipe;
    }
}
