package dev.evenkeel.gateway.node;

import dev.evenkeel.load.NodeStatus.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models that nodes said they serve. A model once seen stays known, so that "nobody serves it now" is told apart
 * from "there is no such model".
 */
public final class Catalog {

    /** By name and by alias. */
    private final Map<String, ServedModel> models = new ConcurrentHashMap<>();

    /** Takes what a node says; the costs that count are those heard last. */
    public void learn(List<ServedModel> served) {
        for (ServedModel model : served) {
            models.put(model.name(), model);
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

    /** Every model once, by name. */
    public List<ServedModel> all() {
        return models.entrySet().stream()
                .filter(entry -> entry.getKey().equals(entry.getValue().name()))
                .map(Map.Entry::getValue)
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }
}
