package dev.evenkeel.balancer.pick;

import dev.evenkeel.balancer.endpoint.Endpoint;
import java.util.Arrays;
import java.util.function.Predicate;

/** Probes that wait to be used, one for each endpoint, those that arrived first in front. Immutable. */
final class ProbePool {

    static final ProbePool EMPTY = new ProbePool(new Probe[0]);

    private final Probe[] probes;

    private ProbePool(Probe[] probes) {
        this.probes = probes;
    }

    int size() {
        return probes.length;
    }

    Probe at(int index) {
        return probes[index];
    }

    /** With one that has arrived, which replaces its endpoint's; in a full pool the oldest makes room. */
    ProbePool with(Probe arrived, int capacity) {
        ProbePool others = only(probe -> probe.endpoint() != arrived.endpoint());
        Probe[] kept = others.probes;
        int from = kept.length < capacity ? 0 : 1;
        Probe[] next = Arrays.copyOfRange(kept, from, kept.length + 1);
        next[next.length - 1] = arrived;
        return new ProbePool(next);
    }

    /** Those that the test keeps; itself when it keeps all, as it does nearly always. */
    ProbePool only(Predicate<Probe> test) {
        for (Probe probe : probes) {
            if (!test.test(probe)) {
                return new ProbePool(Arrays.stream(probes).filter(test).toArray(Probe[]::new));
            }
        }
        return this;
    }

    /** After one has decided a request: it counts that request, or has decided enough. */
    ProbePool used(int index) {
        if (probes[index].usesLeft() <= 1) {
            return without(index);
        }
        Probe[] next = probes.clone();
        next[index] = next[index].used();
        return new ProbePool(next);
    }

    ProbePool without(int index) {
        Probe[] next = new Probe[probes.length - 1];
        System.arraycopy(probes, 0, next, 0, index);
        System.arraycopy(probes, index + 1, next, index, next.length - index);
        return new ProbePool(next);
    }

    /** Where the best is among candidates; -1 with fewer than two of them, which is no choice. Ties go to the newer. */
    int best(int hotAbove, Predicate<Endpoint> candidate) {
        int best = -1;
        int candidates = 0;
        for (int i = probes.length - 1; i >= 0; i--) {
            if (candidate.test(probes[i].endpoint())) {
                candidates++;
                best = best < 0 || probes[i].betterThan(probes[best], hotAbove) ? i : best;
            }
        }
        return candidates < 2 ? -1 : best;
    }

    /** Where the worst is of all; ties go to the older. */
    int worst(int hotAbove) {
        int worst = 0;
        for (int i = 1; i < probes.length; i++) {
            worst = probes[worst].betterThan(probes[i], hotAbove) ? i : worst;
        }
        return worst;
    }
}
