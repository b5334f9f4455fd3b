package dev.evenkeel.gateway.route;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Which share of a model's requests goes to which of its versions: one is drawn for each request, in proportion to its weight.
 * Of a model without weights every version is as good as the others. Weights change between two requests, all at once.
 */
public final class VersionWeights {

    private final Map<String, SortedMap<String, Integer>> configured;
    private final Map<String, SortedMap<String, Integer>> current;
    private final RandomGenerator random;

    /**
     * The weights to begin with.
     *
     * @param configured by model, then by version; as {@link #set} takes them
     * @param random may be used by many threads
     */
    public VersionWeights(Map<String, Map<String, Integer>> configured, RandomGenerator random) {
        this.configured = new TreeMap<>();
        configured.forEach((model, weights) -> this.configured.put(model, checked(model, weights)));
        this.current = new ConcurrentHashMap<>(this.configured);
        this.random = random;
    }

    private static SortedMap<String, Integer> checked(String model, Map<String, Integer> weights) {
        weights.forEach((version, weight) -> {
            if (weight < 0 || weight > 1_000_000) {
                throw new IllegalArgumentException("the weight of version '" + version + "' of '" + model + "' is "
                        + weight + "; it must be from 0 to 1000000");
            }
        });
        if (weights.values().stream().noneMatch(weight -> weight > 0)) {
            throw new IllegalArgumentException(
                    "no version of '" + model + "' has a weight above 0: its requests would go nowhere");
        }
        return Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    }

    /**
     * The versions for a request to the model: the one that was drawn, then those that will do when it has no place, the
     * heaviest first. Those of weight 0 will not: who withdraws a version does not want its answers. Empty when any will do.
     */
    public List<String> draw(String model) {
        SortedMap<String, Integer> weights = current.get(model);
        if (weights == null) {
            return List.of();
        }
        String drawn = drawn(weights);
        Stream<String> others = weights.entrySet().stream()
                .filter(weight -> !weight.getKey().equals(drawn) && weight.getValue() > 0)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey);
        return Stream.concat(Stream.of(drawn), others).toList();
    }

    private String drawn(SortedMap<String, Integer> weights) {
        int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
        int left = random.nextInt(sum);
        for (Map.Entry<String, Integer> weight : weights.entrySet()) {
            left -= weight.getValue();
            if (left < 0) {
                return weight.getKey();
            }
        }
        throw new AssertionError("a draw below " + sum + " is within one of " + weights);
    }

    /** By model; those without weights are not among them. */
    public SortedMap<String, SortedMap<String, Integer>> all() {
        return new TreeMap<>(current);
    }

    /**
     * From the next request on these.
     *
     * @param weights by version, 0 to 1,000,000, one of them above 0; a version that is not named gets no requests
     * @throws IllegalArgumentException in a sentence, when they are not
     */
    public void set(String model, Map<String, Integer> weights) {
        current.put(model, checked(model, weights));
    }

    /** From the next request on those to begin with, if there were any. */
    public void reset(String model) {
        current.compute(model, (_, _) -> configured.get(model));
    }
}
