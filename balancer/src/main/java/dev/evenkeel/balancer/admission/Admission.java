package dev.evenkeel.balancer.admission;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Turns away what the fleet cannot finish in time, before it costs anything: a queue that only grows serves nobody. Asked
 * about the endpoint that the policy picked: if the least loaded one has too much to do, all have.
 *
 * <p>The expected wait, outstanding work over work rate, is held against a limit. It is no cliff: below a part of the limit
 * everything is admitted, above it nothing, and between them a share that falls in a line, as in random early detection.
 * Gateways see each other's work through reports that are some 10 to 50 ms old. With a cliff they would all admit until the
 * reports show it, and all reject until the reports show that; the queues would swing by that time's load, and run empty
 * at the low side. With a slope of {@code w} nanoseconds the loop settles while {@code overload * age / w < pi / 2}, and
 * without ringing below {@code 1 / e}: half of 40 ms settles with reports that are
 * up to 21 ms old in the mean, at 1.5 times the capacity.
 */
public final class Admission {

    /** Sizes vary by as much as their mean: 50 of them give it within 14 %. */
    private static final double WEIGHT = 0.02;

    /** Of the limit: with the usual {@code shedFrom} all that is bulk is refused before the first that is not. */
    private static final double BULK_SHARE = 0.5;

    private final double maxQueueDelay;
    private final double shedFrom;
    private final double answerTimes;
    private final RandomGenerator random;

    /** By model, the bits of a double. Endpoints serve it, so the names are few. */
    private final Map<String, AtomicLong> meanWork = new ConcurrentHashMap<>();

    /**
     * When requests are turned away.
     *
     * @param maxQueueDelay the longest expected wait, above 0; default 40 ms: with answers of 10 ms, a
     *     longer one lets the slowest percent at 1.5 times the capacity take more than 1.5 times what it takes at a load of
     *     0.8, and a shorter one turns requests away at that load
     * @param answerTimes a wait for so many requests of the model's mean size is always within the limit, 0 to 1000; default
     *     4, so that a model which answers in seconds needs no other setting. By the mean and not by the request's own
     *     size, or the largest would wait longest too
     * @param shedFrom part of the limit, 0 to 1, from which on some are turned away; default 0.5
     */
    public record Settings(Duration maxQueueDelay, double answerTimes, double shedFrom) {

        public static final Settings DEFAULT = new Settings(Duration.ofMillis(40), 4, 0.5);

        public Settings {
            if (!maxQueueDelay.isPositive()) {
                throw new IllegalArgumentException("maxQueueDelay is " + maxQueueDelay + "; it must be above 0");
            }
            if (!(answerTimes >= 0 && answerTimes <= 1_000)) {
                throw new IllegalArgumentException("answerTimes is " + answerTimes + "; it must be from 0 to 1000");
            }
            if (!(shedFrom >= 0 && shedFrom <= 1)) {
                throw new IllegalArgumentException("shedFrom is " + shedFrom + "; it must be from 0 to 1");
            }
        }
    }

    /** Whether a request may come in. */
    public sealed interface Decision {

        /** It may. */
        record Admitted() implements Decision {}

        /**
         * It had better not.
         *
         * @param retryAfter when the endpoint will have room, if nothing more comes
         */
        record Rejected(Duration retryAfter) implements Decision {}
    }

    private static final Decision ADMITTED = new Decision.Admitted();

    /** @param random may be used by many threads */
    public Admission(Settings settings, RandomGenerator random) {
        this.maxQueueDelay = (double) settings.maxQueueDelay().toNanos();
        this.answerTimes = settings.answerTimes();
        this.shedFrom = settings.shedFrom();
        this.random = random;
    }

    /** Whether the request may go to the endpoint, where it is not counted yet. */
    public Decision decide(Endpoint endpoint, Request request, long now) {
        double nanosPerWork = 1e9 / endpoint.workRate();
        double wait = endpoint.outstandingWork(now) * nanosPerWork;
        double own = request.work() * nanosPerWork;
        double longest = Math.max(maxQueueDelay, answerTimes * meanWork(request) * nanosPerWork);
        double limit = Math.min(
                request.isBulk() ? BULK_SHARE * longest : longest,
                (double) request.timeLeft().toNanos() - own);
        double low = shedFrom * Math.max(0, limit);
        boolean admitted = limit > 0 && (wait <= low || wait < low + (limit - low) * random.nextDouble());
        return admitted ? ADMITTED : new Decision.Rejected(Duration.ofNanos((long) (wait - low)));
    }

    /**
     * When there will be room on the endpoint for anything at all, of whatever model and however long its client waits; empty
     * when there may be some now.
     */
    public Optional<Duration> full(Endpoint endpoint, long now) {
        double nanosPerWork = 1e9 / endpoint.workRate();
        double largest = meanWork.values().stream()
                .mapToDouble(mean -> Double.longBitsToDouble(mean.get()))
                .max()
                .orElse(0);
        double longest = Math.max(maxQueueDelay, answerTimes * largest * nanosPerWork);
        double over = endpoint.outstandingWork(now) * nanosPerWork - longest;
        return over >= 0 ? Optional.of(Duration.ofNanos((long) over)) : Optional.empty();
    }

    /** The mean of about the last {@code 1 / WEIGHT} requests for the model. Of two at the same moment one may not count. */
    private double meanWork(Request request) {
        AtomicLong known = meanWork.get(request.model());
        if (known == null) {
            known = meanWork.computeIfAbsent(
                    request.model(), _ -> new AtomicLong(Double.doubleToRawLongBits((double) request.work())));
        }
        long bits = known.get();
        double before = Double.longBitsToDouble(bits);
        double mean = before + WEIGHT * ((double) request.work() - before);
        known.compareAndSet(bits, Double.doubleToRawLongBits(mean));
        return mean;
    }
}
