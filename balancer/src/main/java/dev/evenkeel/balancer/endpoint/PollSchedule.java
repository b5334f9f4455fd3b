package dev.evenkeel.balancer.endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Which endpoints are to be asked how they are: those not heard from for an interval, the longest unheard first, within a
 * budget of polls per request so that a large fleet behind many gateways is not asked more than it is used. Whoever was not
 * heard from for the longest time that is allowed is asked whatever the budget: it could be idle, ejected or gone.
 *
 * <p>Intervals are jittered, so that gateways do not ask in step. For one thread.
 */
public final class PollSchedule {

    /** Intervals are shorter or longer by up to this share. */
    private static final double JITTER = 0.2;

    /** Polls that may be saved up, in seconds of the present rate: a pause of the traffic is no reason for a storm after it. */
    private static final double BURST_SECONDS = 1;

    /**
     * How often endpoints are asked.
     *
     * @param interval one not heard from for this long may be asked
     * @param longest one not heard from for this long is asked
     * @param perRequest polls for each request that is sent, &gt;= 0
     */
    public record Settings(Duration interval, Duration longest, double perRequest) {

        /**
         * A poll in four intervals' time at the latest keeps a report younger than the two seconds for which it counts; a
         * twentieth of the requests leaves as much again for what is asked out of turn.
         */
        public static final Settings DEFAULT = new Settings(Duration.ofMillis(250), Duration.ofMillis(1_000), 0.05);
    }

    /** When it was asked last, and how long it may be silent from then on. */
    private record Asked(long at, long interval, long longest) {}

    private record Due(Endpoint endpoint, long silence) {}

    private final Settings settings;
    private final RandomGenerator random;
    private final Map<String, Asked> asked = new HashMap<>();
    private double budget;
    private long lastSent;
    private long lastLook;

    public PollSchedule(Settings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /**
     * Those to be asked now; they count as asked.
     *
     * @param sent requests that this gateway has sent since it started
     */
    public List<Endpoint> due(List<Endpoint> endpoints, long sent, long now) {
        earn(sent, now);
        List<Due> due = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            Asked before = asked.get(endpoint.id());
            long silence = before == null ? Long.MAX_VALUE : now - Math.max(before.at, endpoint.heardAt());
            if (before == null || silence >= before.interval) {
                due.add(new Due(endpoint, silence));
            }
        }
        due.sort(Comparator.comparingLong(Due::silence).reversed());
        List<Endpoint> chosen = new ArrayList<>();
        for (Due each : due) {
            Asked before = asked.get(each.endpoint.id());
            if (budget >= 1 || before == null || each.silence >= before.longest) {
                budget = Math.max(0, budget - 1);
                chosen.add(each.endpoint);
                asked.put(each.endpoint.id(), new Asked(now, jittered(settings.interval), jittered(settings.longest)));
            }
        }
        return chosen;
    }

    private void earn(long sent, long now) {
        double seconds = Math.max(1e-3, (now - lastLook) / 1e9);
        double earned = settings.perRequest * (sent - lastSent);
        budget = Math.min(budget + earned, Math.max(1, earned / seconds * BURST_SECONDS));
        lastSent = sent;
        lastLook = now;
    }

    /** The endpoint is not there any more. */
    public void forget(String id) {
        asked.remove(id);
    }

    private long jittered(Duration time) {
        return (long) (time.toNanos() * random.nextDouble(1 - JITTER, 1 + JITTER));
    }
}
