package dev.evenkeel.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of Prequal's paper that need no request. */
class ProbePoolTest {

    private static final int COLD_UP_TO = 5;

    private final List<Endpoint> nodes = IntStream.range(0, 6)
            .mapToObj(i -> new Endpoint("" + i, URI.create("http://" + i), Ejection.Settings.DEFAULT))
            .toList();

    @Test
    void aNodeHasOneProbeAndTheOldestMakesRoom() {
        ProbePool pool = pool(3, probe(0, 1, 1), probe(1, 1, 1), probe(0, 7, 1), probe(2, 1, 1));
        assertThat(nodesOf(pool)).containsExactly("1", "0", "2");
        assertThat(pool.at(1).rif()).isEqualTo(7);
        assertThat(nodesOf(pool.with(probe(3, 1, 1), 3))).containsExactly("0", "2", "3");
    }

    @Test
    void theFastestOfTheColdIsTakenHoweverOccupied() {
        ProbePool pool = pool(16, probe(0, 0, 30), probe(1, COLD_UP_TO, 10), probe(2, COLD_UP_TO + 1, 1));
        assertThat(best(pool)).isEqualTo("1");
    }

    @Test
    void ofTheHotTheLeastOccupiedIsTakenHoweverSlow() {
        ProbePool pool = pool(16, probe(0, 9, 1), probe(1, 7, 500), probe(2, 8, 1));
        assertThat(best(pool)).isEqualTo("1");
    }

    @Test
    void theWorstIsTheMostOccupiedOfTheHotElseTheSlowestOfTheCold() {
        ProbePool pool = pool(16, probe(0, 1, 900), probe(1, 7, 1), probe(2, 8, 1), probe(3, 0, 5));
        assertThat(pool.at(pool.worst(COLD_UP_TO)).endpoint().id()).isEqualTo("2");
        ProbePool cold = pool.without(2).without(1);
        assertThat(cold.at(cold.worst(COLD_UP_TO)).endpoint().id()).isEqualTo("0");
    }

    @Test
    void fewerThanTwoCandidatesAreNoChoice() {
        ProbePool pool = pool(16, probe(0, 1, 1), probe(1, 1, 1));
        assertThat(pool.best(COLD_UP_TO, node -> node == nodes.get(0))).isNegative();
        assertThat(pool.best(COLD_UP_TO, _ -> true)).isNotNegative();
    }

    @Test
    void aUsedProbeCountsTheRequestAndIsUsedUp() {
        Probe twice = new Probe(nodes.get(0), 3, 1, 0, 2);
        ProbePool once = pool(16, twice).used(0);
        assertThat(once.at(0).rif()).isEqualTo(4);
        assertThat(once.used(0).size()).isZero();
    }

    @Test
    void quantilesAreOfTheLastHundred() {
        RecentRifs rifs = RecentRifs.NONE;
        assertThat(rifs.quantile(0.84)).isEqualTo(Integer.MAX_VALUE);
        for (int rif = 1_000; rif > 0; rif--) {
            rifs = rifs.with(rif);
        }
        assertThat(rifs.quantile(0)).isEqualTo(1);
        assertThat(rifs.quantile(0.5)).isEqualTo(50);
        assertThat(rifs.quantile(0.84)).isEqualTo(84);
        assertThat(rifs.quantile(1)).isEqualTo(Integer.MAX_VALUE);
        assertThat(RecentRifs.NONE.with(3).with(3).with(2).quantile(0.84)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        // the paper's: (1 + 1) / ((1 - 16/n) 3 - 1)
        "1000, 1.0246", "100, 1.3158", "48, 2", "33, 3.6667",
        // held to half of the fleet: 2 / (0.5 * 3 - 1)
        "31, 4", "24, 4", "8, 4", "1, 4"
    })
    void theReuseLimitIsThePapersAndStaysClearOfItsPole(int fleet, double limit) {
        assertThat(settings(3, 1).reuseLimit(fleet)).isCloseTo(limit, within(1e-4));
    }

    @Test
    void aProbeIsUsedOnceAtLeastAndWithoutEndWhenNoneWouldBeLeft() {
        assertThat(settings(30, 1).reuseLimit(100)).isEqualTo(1);
        assertThat(settings(1, 1).reuseLimit(100)).isInfinite();
        assertThat(settings(0, 1).reuseLimit(100)).isInfinite();
        assertThat(settings(0, 0).reuseLimit(100)).isInfinite();
    }

    private static PrequalSettings settings(double probes, double remove) {
        return new PrequalSettings(probes, 16, 0.84, Duration.ofSeconds(1), remove, 1);
    }

    private Probe probe(int node, int rif, double latency) {
        return new Probe(nodes.get(node), rif, latency, 0, 1);
    }

    private static ProbePool pool(int capacity, Probe... probes) {
        ProbePool pool = ProbePool.EMPTY;
        for (Probe probe : probes) {
            pool = pool.with(probe, capacity);
        }
        return pool;
    }

    private static String best(ProbePool pool) {
        return pool.at(pool.best(COLD_UP_TO, _ -> true)).endpoint().id();
    }

    private static List<String> nodesOf(ProbePool pool) {
        return IntStream.range(0, pool.size())
                .mapToObj(i -> pool.at(i).endpoint().id())
                .toList();
    }
}
