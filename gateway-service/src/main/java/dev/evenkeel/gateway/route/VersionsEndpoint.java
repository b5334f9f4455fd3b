package dev.evenkeel.gateway.route;

import dev.evenkeel.gateway.node.Catalog;
import dev.evenkeel.load.NodeStatus.ServedModel;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** {@code /actuator/versions}: which versions there are, and which share of the requests each gets. */
@Endpoint(id = "versions")
public final class VersionsEndpoint {

    private final Catalog catalog;
    private final VersionWeights weights;

    public VersionsEndpoint(Catalog catalog, VersionWeights weights) {
        this.catalog = catalog;
        this.weights = weights;
    }

    /**
     * What is known of a model.
     *
     * @param versions that some node has said it serves
     * @param weights by version; null when any version gets any request
     */
    public record Versions(
            Collection<String> versions, @Nullable SortedMap<String, Integer> weights) {}

    /** By model. */
    @ReadOperation
    public Map<String, Versions> all() {
        Map<String, Versions> all = new LinkedHashMap<>();
        for (ServedModel model : catalog.all()) {
            all.put(model.name(), of(model.name()));
        }
        return all;
    }

    /**
     * Sets a model's weights, all of them at once.
     *
     * @param weights such as {@code 1=90,2=10}; a version that is not named gets nothing
     */
    @WriteOperation
    public Versions set(@Selector String model, String weights) {
        SortedSet<String> known = catalog.versionsOf(known(model));
        Map<String, Integer> next = new TreeMap<>();
        for (String part : weights.split(",", -1)) {
            String[] sides = part.split("=", 2);
            String version = sides[0].strip();
            if (!known.contains(version)) {
                throw invalid("no node has said that it serves version '" + version + "' of '" + model
                        + "'; there are: " + String.join(", ", known));
            }
            next.put(version, number(part, sides));
        }
        try {
            this.weights.set(model, next);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        return of(model);
    }

    /** Back to what the properties say. */
    @DeleteOperation
    public Versions reset(@Selector String model) {
        weights.reset(known(model));
        return of(model);
    }

    private static int number(String part, String[] sides) {
        try {
            return Integer.parseInt(sides[sides.length - 1].strip());
        } catch (NumberFormatException _) {
            throw invalid("'" + part.strip() + "' is no version with its weight, as in 1=90,2=10");
        }
    }

    private String known(String model) {
        if (catalog.versionsOf(model).isEmpty()) {
            throw invalid("no node has said that it serves a model '" + model + "'; there are: "
                    + String.join(
                            ", ", catalog.all().stream().map(ServedModel::name).toList()));
        }
        return model;
    }

    private Versions of(String model) {
        return new Versions(catalog.versionsOf(model), weights.all().get(model));
    }

    private static InvalidEndpointRequestException invalid(String reason) {
        return new InvalidEndpointRequestException(reason, reason);
    }
}
