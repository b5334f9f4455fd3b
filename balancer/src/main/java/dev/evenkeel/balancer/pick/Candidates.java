package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.filter.Filter;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that a request may go to: those of a list that a filter keeps. Nothing is copied: a pick costs the same
 * memory whatever the size of the fleet, and a picker that looks at two endpoints filters two.
 */
public final class Candidates {

    /** Draws before a random candidate is sought by looking at all: one in two is kept in any fleet that is not in panic. */
    private static final int DRAWS = 8;

    private final List<Endpoint> endpoints;
    private final Filter filter;
    private final Request request;
    private final long now;

    /** Those of the endpoints that the filter keeps for the request. */
    public Candidates(List<Endpoint> endpoints, Filter filter, Request request, long now) {
        this.endpoints = endpoints;
        this.filter = filter;
        this.request = request;
        this.now = now;
    }

    /** Places, of which some may be empty. */
    public int places() {
        return endpoints.size();
    }

    /** The candidate at a place; null where the filter keeps none. */
    public @Nullable Endpoint at(int place) {
        Endpoint endpoint = endpoints.get(place);
        return filter.keeps(endpoint, request, now) ? endpoint : null;
    }

    /** What is at the places, kept by the filter or not. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    /** True when they are from this very list: a fleet has the same one until it changes. */
    @SuppressWarnings("ReferenceEquality") // to compare a thousand endpoints one by one would be a pick's whole time
    boolean areFrom(List<Endpoint> list) {
        return endpoints == list;
    }

    /** True when an endpoint of the list is a candidate. */
    boolean keep(Endpoint endpoint) {
        return filter.keeps(endpoint, request, now);
    }

    /** Any candidate, each with the same chance; null when there is none. */
    public @Nullable Endpoint any(RandomGenerator random) {
        if (endpoints.isEmpty()) {
            return null;
        }
        for (int draw = 0; draw < DRAWS; draw++) {
            Endpoint drawn = at(random.nextInt(places()));
            if (drawn != null) {
                return drawn;
            }
        }
        Endpoint chosen = null;
        int seen = 0;
        for (int place = 0; place < places(); place++) {
            Endpoint candidate = at(place);
            if (candidate != null && random.nextInt(++seen) == 0) {
                chosen = candidate;
            }
        }
        return chosen;
    }
}
