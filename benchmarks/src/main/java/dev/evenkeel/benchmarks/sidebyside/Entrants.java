package dev.evenkeel.benchmarks.sidebyside;

import dev.evenkeel.benchmarks.backend.NullBackend;
import dev.evenkeel.benchmarks.host.Child;
import dev.evenkeel.benchmarks.host.Ports;
import dev.evenkeel.benchmarks.load.Client;
import dev.evenkeel.benchmarks.peer.WeightAgent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Starts who is compared, and makes it warm; gateways again where their process is not to be what is compared. */
final class Entrants {

    /** Those that gateways are warmed at. */
    private static final int NULL_NODES = 3;

    private final Ground ground;
    private final WeightAgent agent;
    private final boolean renews;
    private final Map<String, Subject> subjects = new LinkedHashMap<>();
    private final Map<String, Integer> starts = new HashMap<>();

    /** Those whose process has been measured. */
    private final Set<String> used = new HashSet<>();

    /**
     * Nobody yet.
     *
     * @param agent where proxies ask for their weights
     * @param renews a gateway's process is measured once
     */
    Entrants(Ground ground, WeightAgent agent, boolean renews) {
        this.ground = ground;
        this.agent = agent;
        this.renews = renews;
    }

    /** Those that there are, in the order in which they were named first. */
    List<String> names() {
        return List.copyOf(subjects.keySet());
    }

    /** The process that goes by this name at present. */
    Subject subject(String name) {
        return Objects.requireNonNull(subjects.get(name), name);
    }

    /** It is measured now. */
    Subject use(String name) {
        used.add(name);
        return subject(name);
    }

    /** Gateways of these names that were measured, by new processes, as warm. A proxy has nothing to compile, and stays. */
    void renew(List<String> names) throws InterruptedException {
        List<String> gateways = names.stream()
                .filter(name -> renews && used.contains(name) && subject(name).isGateway())
                .toList();
        gateways.forEach(name -> ground.bench().services().stop(subject(name).process()));
        if (!gateways.isEmpty()) {
            start(gateways);
        }
    }

    /** Then all of these are warm and asleep. */
    void start(List<String> names) throws InterruptedException {
        Child nullBackend = NullBackend.start(
                ground.bench().services(),
                ground.options().text("node-cpus"),
                Ports.free(NULL_NODES),
                ground.fleet().registryUri());
        try (Client client = new Client(ground.timeLimit())) {
            for (String name : names) {
                subjects.put(name, start(client, name));
                used.remove(name);
            }
        } finally {
            ground.bench().services().stop(nullBackend);
        }
    }

    private Subject start(Client client, String name) throws InterruptedException {
        int starting = starts.merge(name, 1, Integer::sum);
        Subject subject = Subjects.start(name, starting == 1 ? name : name + "-" + starting, ground, agent);
        if (subject.isGateway()) {
            compile(client, subject);
        }
        double rate = ground.warm(client, subject, ground.texts(Scenario.UNIFORM, 1), Ground.LAST_WARM.multipliedBy(2));
        ground.bench().results().progress("%s is warm: %.0f/s by the nodes", name, rate);
        Thread.sleep(Ground.SETTLE); // what is under way is answered before it stops
        subject.process().pause();
        return subject;
    }

    /**
     * A JVM needs tens of thousands of requests until it has compiled what they take, which model nodes on one CPU answer in
     * minutes. So it is warmed at nodes that answer at once, whose model no other node serves. A gateway that does not look at
     * the model meets the model nodes too, which tell it that they do not know it.
     */
    private void compile(Client client, Subject subject) throws InterruptedException {
        Texts texts = ground.texts(NullBackend.MODEL, false, 1);
        double rate = ground.warm(client, subject, texts, ground.options().seconds("warm-up"));
        ground.bench().results().progress("%s finishes %.0f/s where nodes answer at once", subject.name(), rate);
    }
}
