package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses one of several endpoints. Safe for use by many threads. */
@FunctionalInterface
public interface Picker {

    /**
     * The endpoint that this request should go to; null when there is no candidate.
     *
     * @param now nanoseconds of the balancer's clock
     */
    @Nullable
    Endpoint pick(Candidates candidates, Request request, long now);

    /**
     * A request was answered, or was not in time.
     *
     * @param nanos from sending it to now
     */
    default void answered(Endpoint endpoint, long nanos, long now) {}

    /** Each in turn. */
    static Picker roundRobin() {
        return new RoundRobin();
    }

    /** The one of lowest cost, looking at all; of those that cost the same, any. */
    static Picker lowest(Cost cost, RandomGenerator random) {
        return new LowestCost(cost, random);
    }

    /**
     * Where the first choice has a core to spare, any node that has one too and is as fast would do as well: of these the
     * one to which this gateway has lately sent the least, for what it can do. At low load that is what decides, and it
     * gives each node its share of the fleet's capacity; else the one that measured itself luckiest would get nearly all,
     * and the others would be cold when they are needed.
     */
    static Picker evenlyUsed(Picker first) {
        return new EvenlyUsed(first);
    }

    /**
     * Of a large fleet the choice among so many neighbours in its list, from a place drawn for each request; among all if none
     * of those is a candidate. What the best of a hundred has over the best of a thousand is little, and to look at a
     * thousand costs ten times as much; gateways that look at different parts do not all send to the same node either.
     *
     * @param places how many are looked at, &gt;= 2; a fleet that is no larger is looked at whole
     */
    static Picker window(int places, Picker picker, RandomGenerator random) {
        return new Window(places, picker, random);
    }

    /** Any. */
    static Picker any(RandomGenerator random) {
        return (candidates, request, now) -> candidates.any(random);
    }

    /**
     * The one of lowest cost among a few drawn at random, all different: Mitzenmacher, The Power of Two Choices in
     * Randomized Load Balancing, 2001.
     *
     * @param choices how many are drawn, &gt;= 2
     */
    static Picker choices(int choices, Cost cost, RandomGenerator random) {
        return new PowerOfChoices(choices, cost, random);
    }

    /**
     * Each in turn, as often as its weight says: gRFC
     * <a href="https://github.com/grpc/proposal/blob/master/A58-client-side-weighted-round-robin-lb-policy.md">A58</a>.
     */
    static Picker weightedRoundRobin(WeightSettings settings, RandomGenerator random) {
        return new WeightedRoundRobin(settings, random);
    }

    /**
     * The best of a pool of recent probes: Wydrowski et al., Load is not what you should balance: Introducing Prequal,
     * NSDI 2024.
     */
    static Picker prequal(PrequalSettings settings, Prober prober, RandomGenerator random) {
        return new Prequal(settings, prober, random);
    }
}
