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
 * HAProxy and nginx in front of nodes, by name. Without a word more they are as their manuals begin; {@code tuned} is what
 * one sets who wants a node out at once that fails; {@code patient} what one sets who knows that a busy node answers late;
 * {@code queued-n} is patient and keeps no more than n requests in a node, the rest waits in the proxy (late binding). The
 * weights of {@code fed} come from the nodes' own load reports.
 */
public final class Proxies {

    /**
     * What makes one of them.
     *
     * @param template in {@code benchmarks/peers}
     * @param balance the directive's value
     * @param server further words for each node, where the template takes them
     * @param agentInterval how often a {@link WeightAgent} is asked for each node's weight; nothing where it is not
     */
    private record Recipe(String template, String balance, String server, String agentInterval) {

        Recipe(String template, String balance) {
            this(template, balance, "", "");
        }

        /** The same, with weights. */
        Recipe fed(String interval) {
            return new Recipe(template, balance, server, interval);
        }

        boolean isFed() {
            return !agentInterval.isEmpty();
        }

        boolean isNginx() {
            return template.startsWith("nginx");
        }
    }

    private static final Recipe LEASTCONN_TUNED = new Recipe("haproxy-tuned.cfg", "leastconn");
    private static final Recipe RANDOM_TUNED = new Recipe("haproxy-tuned.cfg", "random(2)");
    private static final Recipe PATIENT = new Recipe("haproxy-patient.cfg", "leastconn");

    private static final Map<String, Recipe> BY_NAME = Map.ofEntries(
            Map.entry("haproxy-leastconn", new Recipe("haproxy-default.cfg", "leastconn")),
            Map.entry("haproxy-leastconn-tuned", LEASTCONN_TUNED),
            Map.entry("haproxy-leastconn-fed", LEASTCONN_TUNED.fed("100ms")),
            Map.entry("haproxy-leastconn-patient", PATIENT),
            Map.entry("haproxy-leastconn-patient-fed", PATIENT.fed("500ms")),
            Map.entry("haproxy-leastconn-queued-16", queued(16)),
            Map.entry("haproxy-leastconn-queued-32", queued(32)),
            Map.entry("haproxy-leastconn-queued-48", queued(48)),
            Map.entry("haproxy-leastconn-queued-32-fed", queued(32).fed("500ms")),
            Map.entry("haproxy-random2", new Recipe("haproxy-default.cfg", "random(2)")),
            Map.entry("haproxy-random2-tuned", RANDOM_TUNED),
            Map.entry("haproxy-random2-fed", RANDOM_TUNED.fed("100ms")),
            Map.entry("nginx-least-conn", new Recipe("nginx-default.conf", "least_conn")),
            Map.entry("nginx-least-conn-tuned", new Recipe("nginx-tuned.conf", "least_conn")),
            Map.entry("nginx-random2", new Recipe("nginx-default.conf", "random two least_conn")),
            Map.entry("nginx-random2-tuned", new Recipe("nginx-tuned.conf", "random two least_conn")));

    private static Recipe queued(int inside) {
        return new Recipe(PATIENT.template(), PATIENT.balance(), "maxconn " + inside, "");
    }

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
                            ? " weight 100 agent-check agent-port %d agent-inter %s"
                                    .formatted(agents.applyAsInt(i), recipe.agentInterval())
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
