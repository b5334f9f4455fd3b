package dev.evenkeel.balancer;

import static java.util.Map.entry;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.pick.Picker;
import dev.evenkeel.balancer.pick.PrequalSettings;
import dev.evenkeel.balancer.pick.Prober;
import dev.evenkeel.balancer.pick.WeightSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The policies by name, each a composition of a cost and a picker. A policy is asked for by a <em>spec</em>: its name,
 * and after a colon the parameters that are not to have their default, as in {@code prequal:q-rif=0.5,pool=8}. What they
 * mean stands at the factories in {@link Cost} and {@link Picker}.
 */
public final class Policies {

    /** The one that ships. */
    public static final String DEFAULT = "least-work";

    /** Whoever is sent anything is heard from within this time, or is silent. */
    private static final Duration MAX_REPORT_AGE = Duration.ofSeconds(2);

    private static final Map<String, Policy> BY_NAME = new TreeMap<>(Map.ofEntries(
            entry(
                    "least-work",
                    new Policy(
                            (values, wiring) -> Picker.window(
                                    values.whole("window"),
                                    Picker.evenlyUsed(Picker.lowest(
                                            Cost.work(MAX_REPORT_AGE, values.number("unlike")), wiring.random())),
                                    wiring.random()),
                            Parameter.whole("window", 128, 2, 1_000_000),
                            Parameter.number("unlike", 3, 0, 100))),
            entry("least-requests", new Policy((_, wiring) -> Picker.lowest(Cost.requests(), wiring.random()))),
            entry(
                    "weighted-least-requests",
                    new Policy(
                            (values, wiring) -> Picker.lowest(
                                    Cost.weightedRequests(values.whole("idle-equal") == 1), wiring.random()),
                            Parameter.whole("idle-equal", 0, 0, 1))),
            entry("p2c-least-requests", new Policy((_, wiring) -> Picker.choices(2, Cost.requests(), wiring.random()))),
            entry("least-cpu", new Policy((values, wiring) -> among(values, Cost.cpu(), wiring), choices(0))),
            entry(
                    "peak-ewma",
                    new Policy(
                            (values, wiring) -> among(values, Cost.peakEwma(values.millis("decay-ms")), wiring),
                            Parameter.millis("decay-ms", 10_000, 1),
                            choices(2))),
            entry("random", new Policy((_, wiring) -> Picker.any(wiring.random()))),
            entry("round-robin", new Policy((_, _) -> Picker.roundRobin())),
            entry(
                    "weighted-round-robin",
                    new Policy(
                            Policies::weightedRoundRobin,
                            Parameter.millis("blackout-ms", 10_000, 0),
                            Parameter.millis("expiration-ms", 180_000, 1),
                            Parameter.millis("update-ms", 1_000, 100),
                            Parameter.number("error-penalty", 1, 0, 1_000))),
            entry(
                    "prequal",
                    new Policy(
                            Policies::prequal,
                            Parameter.number("probes", 3, 0, 100),
                            Parameter.whole("pool", 16, 2, 1_000),
                            Parameter.number("q-rif", 0.84, 0, 1),
                            Parameter.millis("max-age-ms", 1_000, 1),
                            Parameter.number("remove", 1, 0, 100),
                            Parameter.number("delta", 1, 0.001, 1_000)))));

    private Policies() {}

    /** The names, in order. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    /**
     * Whether a policy can be created by the spec.
     *
     * @throws IllegalArgumentException saying what is wrong with it, and what it may be
     */
    public static void check(String spec) {
        policy(name(spec)).values(name(spec), parameters(spec));
    }

    /**
     * A new instance of a policy: its state is its own.
     *
     * @throws IllegalArgumentException as {@link #check} has it
     */
    public static Picker create(String spec, Wiring wiring) {
        Policy policy = policy(name(spec));
        return policy.composition().compose(policy.values(name(spec), parameters(spec)), wiring);
    }

    /** As {@link #create(String, Wiring)}, where nobody sends probes. */
    public static Picker create(String spec, RandomGenerator random) {
        return create(spec, new Wiring(random, Prober.NONE));
    }

    private static String name(String spec) {
        int colon = spec.indexOf(':');
        return (colon < 0 ? spec : spec.substring(0, colon)).strip();
    }

    private static String parameters(String spec) {
        return spec.substring(spec.indexOf(':') < 0 ? spec.length() : spec.indexOf(':') + 1)
                .strip();
    }

    private static Policy policy(String name) {
        Policy policy = BY_NAME.get(name);
        if (policy == null) {
            throw new IllegalArgumentException(
                    "there is no policy '" + name + "'; it may be one of " + String.join(", ", BY_NAME.keySet()));
        }
        return policy;
    }

    /** How many candidates are drawn to choose from. */
    private static Parameter choices(int byDefault) {
        return Parameter.whole("choices", byDefault, 0, 100);
    }

    /** Among so many drawn candidates, or all for 0. */
    private static Picker among(Policy.Values values, Cost cost, Wiring wiring) {
        int choices = values.whole("choices");
        return choices == 0 ? Picker.lowest(cost, wiring.random()) : Picker.choices(choices, cost, wiring.random());
    }

    private static Picker weightedRoundRobin(Policy.Values values, Wiring wiring) {
        WeightSettings settings = new WeightSettings(
                values.millis("blackout-ms"),
                values.millis("expiration-ms"),
                values.millis("update-ms"),
                values.number("error-penalty"));
        return Picker.weightedRoundRobin(settings, wiring.random());
    }

    private static Picker prequal(Policy.Values values, Wiring wiring) {
        PrequalSettings settings = new PrequalSettings(
                values.number("probes"),
                values.whole("pool"),
                values.number("q-rif"),
                values.millis("max-age-ms"),
                values.number("remove"),
                values.number("delta"));
        return Picker.prequal(settings, wiring.prober(), wiring.random());
    }
}
