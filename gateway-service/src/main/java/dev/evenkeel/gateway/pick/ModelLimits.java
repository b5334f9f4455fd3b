package dev.evenkeel.gateway.pick;

import dev.evenkeel.gateway.flow.Flow;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Bounds how many requests of a model are inside, so that one model's rush leaves room for the others. */
final class ModelLimits {

    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Map<String, Semaphore> free;

    ModelLimits(Map<String, Integer> maxRequests) {
        free = maxRequests.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, limit -> new Semaphore(limit.getValue())));
    }

    /** The request comes in, and gives its place back at its end; false when there is none. */
    boolean enter(Flow flow) {
        Semaphore places = free.get(flow.model());
        if (places == null) {
            return true;
        }
        boolean isIn = places.tryAcquire();
        if (isIn) {
            flow.onEnd(places::release);
        }
        return isIn;
    }
}
