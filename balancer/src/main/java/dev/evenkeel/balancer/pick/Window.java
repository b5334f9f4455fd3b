package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** See {@link Picker#window}. */
final class Window implements Picker {

    private final int places;
    private final Picker picker;
    private final RandomGenerator random;

    Window(int places, Picker picker, RandomGenerator random) {
        this.places = places;
        this.picker = picker;
        this.random = random;
    }

    @Override
    public @Nullable Endpoint pick(Candidates candidates, Request request, long now) {
        int all = candidates.places();
        if (all <= places) {
            return picker.pick(candidates, request, now);
        }
        Endpoint chosen = picker.pick(candidates.window(random.nextInt(all), places), request, now);
        return chosen == null ? picker.pick(candidates, request, now) : chosen;
    }

    @Override
    public void answered(Endpoint endpoint, long nanos, long now) {
        picker.answered(endpoint, nanos, now);
    }
}
