package dev.evenkeel.gateway.pick;

import dev.evenkeel.balancer.Pick;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what the gateway does not send, by reason. All reasons are there from the start, at 0. */
public final class Rejections {

    private enum Reason {
        OVERLOAD,
        MODEL_LIMIT,
        NOT_SERVED,
        NONE_HEALTHY,
        RETRY_BUDGET
    }

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    public Rejections(MeterRegistry meters) {
        Arrays.stream(Reason.values())
                .forEach(reason -> counters.put(
                        reason,
                        Counter.builder("evenkeel.gateway.rejections")
                                .description("requests, and retries, that the gateway sent nowhere")
                                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                                .register(meters)));
    }

    void count(Pick first) {
        switch (first) {
            case Pick.Picked _ -> {}
            case Pick.Overloaded _ -> increment(Reason.OVERLOAD);
            case Pick.NoneAvailable(Pick.Reason why) ->
                increment(why == Pick.Reason.NOT_SERVED ? Reason.NOT_SERVED : Reason.NONE_HEALTHY);
        }
    }

    void countModelLimit() {
        increment(Reason.MODEL_LIMIT);
    }

    void countRetry() {
        increment(Reason.RETRY_BUDGET);
    }

    private void increment(Reason reason) {
        Objects.requireNonNull(counters.get(reason)).increment();
    }
}
