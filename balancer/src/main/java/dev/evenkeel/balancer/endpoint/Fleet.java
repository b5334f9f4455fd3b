package dev.evenkeel.balancer.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The endpoints that are there. Reading is one volatile read; an update swaps the list. */
public final class Fleet {

    private volatile List<Endpoint> endpoints = List.of();

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    public Optional<Endpoint> find(String id) {
        return endpoints.stream().filter(endpoint -> endpoint.id().equals(id)).findFirst();
    }

    /** Makes these ids the fleet, in this order. Endpoints that stay keep their state. */
    public synchronized void update(List<String> ids, Function<String, Endpoint> create) {
        Map<String, Endpoint> known = endpoints.stream().collect(Collectors.toMap(Endpoint::id, Function.identity()));
        endpoints = ids.stream()
                .distinct()
                .map(id -> known.containsKey(id) ? known.get(id) : create.apply(id))
                .toList();
    }
}
