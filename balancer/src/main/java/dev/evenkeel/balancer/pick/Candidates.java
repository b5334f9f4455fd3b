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

    /** The window: where it begins in the list, and how many places it has; it goes on at the list's start. */
    private final int first;

    private final int places;

    /** Those of the endpoints that the filter keeps for the request. */
    public Candidates(List<Endpoint> endpoints, Filter filter, Request request, long now) {
        this(endpoints, filter, request, now, 0, endpoints.size());
    }

    private Candidates(List<Endpoint> endpoints, Filter filter, Request request, long now, int first, int places) {
        this.first = first;
        this.places = places;
        this.endpoints = endpoints;
        this.filter = filter;
        this.request = request;
        this.now = now;
    }

    /**
     * Those at so many places, one beside the other in the list.
     *
     * @param first of them, 0 to the number of places, exclusive
     * @param count at most as many as there are
     */
    Candidates window(int first, int count) {
        return new Candidates(endpoints, filter, request, now, first, count);
    }

    /** Places, of which some may be empty. */
    public int places() {
        return places;
    }

    /** The candidate at a place; null where the filter keeps none. */
    public @Nullable Endpoint at(int place) {
        int index = first + place;
        Endpoint endpoint = endpoints.get(index < endpoints.size() ? index : index - endpoints.size());
        return filter.keeps(endpoint, request, now) ? endpoint : null;
    }

    /** The whole list, kept by the filter or not, within the window or not. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** True when they are from this very list: a fleet has the same one until it changes. */
    @SuppressWarnings("ReferenceEquality") // to compare a thousand endpoints one by one would be a pick's whole time
    public boolean areFrom(List<Endpoint> list) {
        return endpoints == list;
    }

    /** True when an endpoint of the list is a candidate. */
    boolean keep(Endpoint endpoint) {
        return filter.keeps(endpoint, request, now);
    }

    /** Any candidate, each with the same chance; null when there is none. */
    public @Nullable Endpoint any(RandomGenerator random) {
        if (places == 0) {
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
