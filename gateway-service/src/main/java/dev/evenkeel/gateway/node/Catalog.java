package dev.evenkeel.gateway.node;

import dev.evenkeel.load.NodeStatus.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models that nodes said they serve. A model once seen stays known, so that "nobody serves it now" is told apart
 * from "there is no such model".
 */
public final class Catalog {

    /** By name and by alias. */
    private final Map<String, ServedModel> models = new ConcurrentHashMap<>();

    /** By name, then by version. */
    private final Map<String, Map<String, ServedModel>> versions = new ConcurrentHashMap<>();

    /** Takes what a node says; the costs that count are those heard last. */
    public void learn(List<ServedModel> served) {
        for (ServedModel model : served) {
            models.put(model.name(), model);
            versions.computeIfAbsent(model.name(), _ -> new ConcurrentHashMap<>())
                    .put(model.version(), model);
            model.aliases().forEach(alias -> models.put(alias, model));
        }
    }

    /**
     * Takes names of models whose nodes do not say what they cost. Each request to one counts the same, and so little that it
     * is never taken for more than its node can do.
     */
    public void learnNames(Set<String> names) {
        names.forEach(name -> models.putIfAbsent(name, new ServedModel(name, "", List.of(), "", 1, 0, 0)));
    }

    /** The model of a name or an alias. */
    public Optional<ServedModel> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    /** A version of the model of this name, with what it costs. */
    public Optional<ServedModel> find(String name, String version) {
        return Optional.ofNullable(versions.getOrDefault(name, Map.of()).get(version));
    }

    /** The versions of the model of this name that some node has said it serves. */
    public SortedSet<String> versionsOf(String name) {
        return new TreeSet<>(versions.getOrDefault(name, Map.of()).keySet());
    }

    /** Under which name those endpoints serve a model that have this version of it. */
    public static String versioned(String name, String version) {
        return name + '@' + version;
    }

    /** Every model once, by name. */
    public List<ServedModel> all() {
        return models.entrySet().stream()
                .filter(entry -> entry.getKey().equals(entry.getValue().name()))
                .map(Map.Entry::getValue)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }
}
