package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Which endpoints are to be asked how they are: those that have not said so for an interval, the longest ago first, within a
 * budget of polls per request, so that a large fleet behind many gateways is not asked more than it is used. Those who owe
 * an answer come first, and a part of the budget is kept for them, since a poll tells what became of them. Beyond the budget
 * goes who is out of rotation, and who was not asked for the longest time that is allowed: what a node serves it says only
 * when it is asked. A gateway that has sent nothing for four intervals asks by the interval alone: nobody is kept from work
 * by that, and who is dead is found before the next request comes.
 *
 * <p>Intervals are jittered, so that gateways do not ask in step. For one thread.
 */
public final class PollSchedule {

    /** Intervals are shorter or longer by up to this share. */
    private static final double JITTER = 0.2;

    /** Polls that may be saved up: a few nodes that fall silent together are asked together. */
    private static final double MAX_SAVED = 4;

    /** Of these, those that are kept for endpoints that owe an answer. */
    private static final double KEPT_FOR_OWING = 2;

    /** A gateway that has sent nothing for so many intervals is idle. One that is used a little has such gaps too, but rarely. */
    private static final int IDLE_INTERVALS = 4;

    /**
     * How often endpoints are asked.
     *
     * @param interval one whose last report is older may be asked
     * @param longest one not asked for this long is asked, even if it reports all the time
     * @param perRequest polls for each request that is sent, 0 to 1
     * @param perSecond polls beside those, &gt;= 0
     */
    public record Settings(Duration interval, Duration longest, double perRequest, double perSecond) {

        /**
         * Together they stay below a tenth of the requests from ten requests a second and gateway on. What a report said
         * of others counts for two seconds; an endpoint that is not heard from for longer is tried by a request, so ten
         * are enough: with five, 16 gateways of 15 requests a second each spend 0.06 polls a request on four nodes.
         */
        public static final Settings DEFAULT = new Settings(Duration.ofMillis(250), Duration.ofSeconds(10), 0.05, 0.5);
    }

    /** When it was asked last, how old its word may be from then on, and when it is asked in any case. */
    private record Asked(long at, long interval, long longest) {}

    /** @param silence how old its last report is, or the last question if that is later */
    private record Due(Endpoint endpoint, long silence) {

        boolean owes() {
            return endpoint.ownRequests() > 0;
        }
    }

    private final Settings settings;
    private final RandomGenerator random;
    private final Map<String, Asked> asked = new HashMap<>();
    private double budget;
    private long lastSent;
    private long lastLook;
    private long lastSentAt;

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
            long silence = before == null ? Long.MAX_VALUE : now - Math.max(before.at, reportedAt(endpoint));
            if (before == null || silence >= before.interval || now - before.at >= before.longest) {
                due.add(new Due(endpoint, silence));
            }
        }
        due.sort(Comparator.comparing(Due::owes).thenComparingLong(Due::silence).reversed());
        boolean idle = now - lastSentAt >= IDLE_INTERVALS * settings.interval().toNanos();
        List<Endpoint> chosen = new ArrayList<>();
        for (Due each : due) {
            boolean free = idle || isOutOfTurn(each, now);
            if (free || budget >= (each.owes() ? 1 : 1 + KEPT_FOR_OWING)) {
                budget -= free ? 0 : 1;
                chosen.add(each.endpoint);
                asked.put(each.endpoint.id(), new Asked(now, jittered(settings.interval), jittered(settings.longest)));
            }
        }
        return chosen;
    }

    /** A node that only answers, and reports nothing, says how it is when it is asked. */
    private static long reportedAt(Endpoint endpoint) {
        Reported last = endpoint.lastReported();
        return last == null ? Long.MIN_VALUE : last.at();
    }

    private boolean isOutOfTurn(Due due, long now) {
        Asked before = asked.get(due.endpoint.id());
        return before == null
                || now - before.at >= before.longest
                || due.endpoint.state() != NodeState.UP
                || due.endpoint.ejection().isEjected();
    }

    private void earn(long sent, long now) {
        double earned = settings.perRequest * (sent - lastSent) + settings.perSecond * (now - lastLook) / 1e9;
        budget = Math.min(budget + earned, MAX_SAVED);
        if (sent != lastSent) {
            lastSentAt = now;
        }
        lastSent = sent;
        lastLook = now;
    }

    /** Everybody is due at the next look, as when all were new. */
    public void everybody() {
        asked.clear();
    }

    /** The endpoint is not there any more. */
    public void forget(String id) {
        asked.remove(id);
    }

    private long jittered(Duration time) {
        return (long) (time.toNanos() * random.nextDouble(1 - JITTER, 1 + JITTER));
    }
}
