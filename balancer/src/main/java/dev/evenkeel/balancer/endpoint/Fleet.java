package dev.evenkeel.balancer.endpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The endpoints that are there. Reading is free of locks; an update swaps the list. */
public final class Fleet {

    /** A fleet at one moment, and which of it serve a model, found out when it is first asked for. */
    private record Members(List<Endpoint> all, Map<String, List<Endpoint>> byModel) {

        Members(List<Endpoint> all) {
            this(List.copyOf(all), new ConcurrentHashMap<>());
        }

        List<Endpoint> serving(String model) {
            List<Endpoint> known = byModel.get(model);
            if (known != null) {
                return known;
            }
            List<Endpoint> found =
                    all.stream().filter(endpoint -> endpoint.serves(model)).toList();
            // names come from requests: what nobody serves is not remembered
            if (!found.isEmpty()) {
                byModel.put(model, found);
            }
            return found;
        }
    }

    private volatile Members members = new Members(List.of());

    public List<Endpoint> endpoints() {
        return members.all;
    }

    /** Those that serve the model, whatever their state. */
    public List<Endpoint> serving(String model) {
        return members.serving(model);
    }

    public Optional<Endpoint> find(String id) {
        return members.all.stream().filter(endpoint -> endpoint.id().equals(id)).findFirst();
    }

    /** Makes these ids the fleet, in this order. Endpoints that stay keep their state. */
    public synchronized void update(List<String> ids, Function<String, Endpoint> create) {
        Map<String, Endpoint> known = members.all.stream().collect(Collectors.toMap(Endpoint::id, Function.identity()));
        List<Endpoint> next = ids.stream()
                .distinct()
                .map(id -> known.containsKey(id) ? known.get(id) : create.apply(id))
                .toList();
        known.forEach((id, endpoint) -> endpoint.onModelsChanged(() -> {}));
        next.forEach(endpoint -> endpoint.onModelsChanged(this::forgetWhoServes));
        members = new Members(next);
    }

    private synchronized void forgetWhoServes() {
        members = new Members(members.all);
    }
}
