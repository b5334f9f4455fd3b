package dev.evenkeel.balancer.endpoint;

import dev.evenkeel.load.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Ejects the endpoints that are far off what the rest of the fleet is: by failure rate, by latency that its work does not
 * explain, and by a stall. Envoy's outlier detection, but for two things: the fleet is summed up by its median, which one
 * outlier in a fleet of four does not move as it moves mean and deviation; and latency is compared only after the node's own
 * outstanding work and speed are accounted for, so that slower hardware is no outlier.
 *
 * <p>These are judgements, and a judgement may be wrong for a cause that all nodes share: a model that is broken, a gateway
 * that got no CPU. So they take out a limited share of the fleet. Hard evidence has no such limit, and comes from elsewhere.
 *
 * <p>For one thread, which calls {@link #look} every tick.
 */
public final class OutlierDetection {

    /** A median of fewer is no measure of a fleet. */
    private static final int MIN_FLEET = 3;

    /** Quiet that an endpoint has shown before is known after so many requests. */
    private static final int MIN_OUTS = 10;

    /** What is explained by outstanding work may take so much longer: sizes are estimates, and a batch runs as its longest. */
    private static final double WORK_SLACK = 2;

    private final Settings settings;
    private final Duration tick;
    private final Fleet fleet;
    private boolean looked;
    private long lastLook;
    private long resumedAt;

    /**
     * When an endpoint is an outlier.
     *
     * @param maxEjected share of the fleet, 0 to 1, beyond which nobody is ejected by judgement; those that are out already, for
     *     whatever cause, count. Default 0.5: one of two may go, and the panic threshold is not reached by judgement alone
     * @param minAnswers recent answers that make a verdict, &gt;= 1; default 20
     * @param minFailureShare a lower share of failures is no outlier, above 0 to 1; default 0.25: of 20 answers, that is
     *     reached by chance once in 700,000 times at a failure rate of 1 %
     * @param failureFactor how many times the fleet's median share it must be, &gt;= 1; default 3
     * @param latencyFactor how many times the explained latency it must take, &gt; 1; default 3
     * @param latencyFloor how much longer than explained it must take in any case, &gt;= 0; default 100 ms
     * @param stallFactor how many times its longest recent quiet is a stall, &gt; 1; default 3
     * @param stallFloor a shorter quiet is no stall, above 0; default 100 ms
     */
    public record Settings(
            double maxEjected,
            int minAnswers,
            double minFailureShare,
            double failureFactor,
            double latencyFactor,
            Duration latencyFloor,
            double stallFactor,
            Duration stallFloor) {

        public static final Settings DEFAULT =
                new Settings(0.5, 20, 0.25, 3, 3, Duration.ofMillis(100), 3, Duration.ofMillis(100));

        public Settings {
            require(maxEjected >= 0 && maxEjected <= 1, "maxEjected", maxEjected, "from 0 to 1");
            require(minAnswers >= 1, "minAnswers", minAnswers, "1 or more");
            require(
                    minFailureShare > 0 && minFailureShare <= 1,
                    "minFailureShare",
                    minFailureShare,
                    "above 0 and at most 1");
            require(failureFactor >= 1, "failureFactor", failureFactor, "1 or more");
            require(latencyFactor > 1, "latencyFactor", latencyFactor, "above 1");
            require(!latencyFloor.isNegative(), "latencyFloor", latencyFloor, "0 or more");
            require(stallFactor > 1, "stallFactor", stallFactor, "above 1");
            require(stallFloor.isPositive(), "stallFloor", stallFloor, "above 0");
        }

        private static void require(boolean holds, String name, Object value, String range) {
            if (!holds) {
                throw new IllegalArgumentException(name + " is " + value + "; it must be " + range);
            }
        }
    }

    /** An endpoint that should go, and how far off it is. */
    private record Outlier(Endpoint endpoint, Cause cause, double off) {}

    /** @param tick how often {@link #look} is called */
    public OutlierDetection(Fleet fleet, Settings settings, Duration tick) {
        this.fleet = fleet;
        this.settings = settings;
        this.tick = tick;
    }

    /** Judges every endpoint; to be called every tick. */
    public void look(long now) {
        noticePause(now);
        List<Endpoint> endpoints = fleet.endpoints();
        ejectStalled(endpoints, now);
        List<Outlier> outliers = new ArrayList<>();
        findFailing(endpoints, now, outliers);
        findSlow(endpoints, now, outliers);
        outliers.sort(Comparator.comparingDouble(Outlier::off).reversed());
        for (Outlier outlier : outliers) {
            if (room(endpoints) > 0) {
                outlier.endpoint.ejection().onOutlier(outlier.cause, now);
            }
        }
    }

    /** What was answered while this process stood still is not read yet: quiet counts from when it went on. */
    private void noticePause(long now) {
        if (!looked || now - lastLook > 2 * tick.toNanos()) {
            resumedAt = now;
        }
        looked = true;
        lastLook = now;
    }

    /** How many more may be ejected by judgement. */
    private int room(List<Endpoint> endpoints) {
        int there = 0;
        int out = 0;
        for (Endpoint endpoint : endpoints) {
            NodeState state = endpoint.state();
            boolean ejected = endpoint.ejection().isEjected();
            there += ejected || (state != NodeState.WARMING && state != NodeState.DRAINING) ? 1 : 0;
            out += ejected ? 1 : 0;
        }
        return (int) (settings.maxEjected * there) - out;
    }

    /** More stalls at one moment than there is room for are rather one of this process, or of the network. */
    private void ejectStalled(List<Endpoint> endpoints, long now) {
        List<Outlier> stalled = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            Cause stall = stall(endpoint, now);
            if (stall != null) {
                stalled.add(new Outlier(endpoint, stall, 0));
            }
        }
        long onTrial = stalled.stream()
                .filter(outlier -> outlier.endpoint.ejection().isOnTrial())
                .count();
        if (stalled.size() - onTrial <= room(endpoints)) {
            stalled.forEach(outlier -> outlier.endpoint.ejection().onLoss(outlier.cause, now, now));
        }
    }

    private @Nullable Cause stall(Endpoint endpoint, long now) {
        Own own = endpoint.own();
        Answers answers = endpoint.answers();
        boolean judged = own.requests() > 0
                && answers.outs() >= MIN_OUTS
                && (!endpoint.ejection().isEjected() || endpoint.ejection().isOnTrial());
        if (!judged) {
            return null;
        }
        long since = later(later(own.quietSince(), endpoint.ejection().inSince(own.quietSince())), resumedAt);
        double usual = settings.stallFactor * answers.longestQuiet();
        double limit = Math.max((double) settings.stallFloor.toNanos(), Math.max(usual, explainedQuiet(endpoint, own)));
        return now - since > limit ? new Cause.Stall(Duration.ofNanos(now - since)) : null;
    }

    private static long later(long one, long other) {
        return one - other >= 0 ? one : other;
    }

    /**
     * In nanoseconds. A batch may have taken the largest of what came during the quiet first. What else came does not prolong
     * it, or a node that is sent more the longer it stands would never be found; but for what came soon: an idle node that
     * is sent sixty requests at once reads all of them before its first batch is done, and has many of them in it. That, and
     * what others have there by the node's own word, counts once and without slack.
     */
    private static double explainedQuiet(Endpoint endpoint, Own own) {
        double others = endpoint.outstandingWork() - endpoint.ownWork();
        double known = own.quietWork() + Math.max(own.soonWork(), own.largestSince()) + others;
        double work = Math.max(WORK_SLACK * (own.quietWork() + own.largestSince()), known);
        return work / endpoint.workRate() * 1e9;
    }

    private void findFailing(List<Endpoint> endpoints, long now, List<Outlier> outliers) {
        List<Endpoint> known = endpoints.stream()
                .filter(endpoint -> isJudged(endpoint, endpoint.answers().verdicts(now)))
                .toList();
        if (known.size() < MIN_FLEET) {
            return;
        }
        double usual = median(known, endpoint -> endpoint.failureShare(now));
        double limit = Math.max(settings.minFailureShare, settings.failureFactor * usual);
        for (Endpoint endpoint : known) {
            double share = endpoint.failureShare(now);
            if (share > limit) {
                outliers.add(new Outlier(endpoint, new Cause.FailureRate(share), share / limit));
            }
        }
    }

    /**
     * The fleet's median of latency over what its work explains says how good the explanation is: estimates that are wrong by
     * half are so on every node.
     */
    private void findSlow(List<Endpoint> endpoints, long now, List<Outlier> outliers) {
        List<Endpoint> known = endpoints.stream()
                .filter(endpoint -> isJudged(endpoint, endpoint.answers().timed(now)))
                .toList();
        if (known.size() < MIN_FLEET) {
            return;
        }
        double usual = median(
                known,
                endpoint -> endpoint.answers().meanLatency()
                        / Math.max(1, endpoint.answers().meanExplained()));
        for (Endpoint endpoint : known) {
            double latency = endpoint.answers().meanLatency();
            double explained = usual * endpoint.answers().meanExplained();
            if (latency > settings.latencyFactor * explained
                    && latency - explained > (double) settings.latencyFloor.toNanos()) {
                Cause cause = new Cause.Slow(Duration.ofNanos((long) latency), Duration.ofNanos((long) explained));
                outliers.add(new Outlier(endpoint, cause, latency / (settings.latencyFactor * explained)));
            }
        }
    }

    private boolean isJudged(Endpoint endpoint, double answers) {
        return answers >= settings.minAnswers && !endpoint.ejection().isEjected();
    }

    /** The lower one of two in the middle: half the fleet may be off, and does not make itself the measure. */
    private static double median(List<Endpoint> endpoints, ToDoubleFunction<Endpoint> value) {
        double[] values = endpoints.stream().mapToDouble(value).toArray();
        Arrays.sort(values);
        return values[(values.length - 1) / 2];
    }
}
