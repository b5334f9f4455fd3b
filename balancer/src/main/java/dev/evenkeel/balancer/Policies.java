package dev.evenkeel.balancer;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.pick.Picker;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** The policies by name, each a composition of a cost and a picker. */
public final class Policies {

    /** The one that ships. */
    public static final String DEFAULT = "least-work";

    /** Polls come several times a second, so a report that is older says that the node is not heard. */
    private static final Duration MAX_REPORT_AGE = Duration.ofSeconds(2);

    private static final Map<String, Function<RandomGenerator, Picker>> BY_NAME = new TreeMap<>(Map.of(
            "least-work", random -> Picker.lowest(Cost.work(MAX_REPORT_AGE), random),
            "least-requests", random -> Picker.lowest(Cost.requests(), random),
            "round-robin", random -> Picker.roundRobin()));

    private Policies() {}

    /** The names, in order. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    /**
     * A new instance of a policy: its state is its own.
     *
     * @param random may be used by many threads
     * @throws IllegalArgumentException listing the names there are
     */
    public static Picker create(String name, RandomGenerator random) {
        Function<RandomGenerator, Picker> policy = BY_NAME.get(name);
        if (policy == null) {
            throw new IllegalArgumentException(
                    "there is no policy '" + name + "'; it may be one of " + String.join(", ", BY_NAME.keySet()));
        }
        return policy.apply(random);
    }
}
