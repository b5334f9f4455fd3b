package dev.evenkeel.model.inference;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The requests inside that have an id, to cancel them by it. */
final class Running {

    private final ConcurrentMap<String, List<PendingRequest>> byId = new ConcurrentHashMap<>();

    /** A request's stay. */
    record Registration(Running running, Optional<String> id, PendingRequest request) implements AutoCloseable {

        /** Lets a request that was cancelled before it was queued end there. */
        void requireRunning() {
            if (request.answer().isDone()) {
                throw new InferenceException.Cancelled();
            }
        }

        @Override
        public void close() {
            id.ifPresent(known -> running.byId.computeIfPresent(known, (key, requests) -> {
                requests.remove(request);
                return requests.isEmpty() ? null : requests;
            }));
        }
    }

    Registration register(Optional<String> id, PendingRequest request) {
        id.ifPresent(known -> byId.compute(known, (key, requests) -> {
            List<PendingRequest> all = requests == null ? new CopyOnWriteArrayList<>() : requests;
            all.add(request);
            return all;
        }));
        return new Registration(this, id, request);
    }

    int cancel(String id) {
        List<PendingRequest> requests = byId.getOrDefault(id, List.of());
        int cancelled = requests.size();
        requests.forEach(request -> request.fail(new InferenceException.Cancelled()));
        return cancelled;
    }
}
