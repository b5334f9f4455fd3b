package dev.evenkeel.balancer.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.cost.Cost;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.balancer.endpoint.Request;
import dev.evenkeel.balancer.filter.Filter;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final Request REQUEST = new Request("m", 1, Set.of());
    private static final int WINDOW = 10;

    private final AtomicInteger looked = new AtomicInteger();
    private final Cost counted = (_, _, _) -> {
        looked.incrementAndGet();
        return 1;
    };
    private final Picker picker =
            Picker.window(WINDOW, Picker.lowest(counted, new SplittableRandom(1)), new SplittableRandom(2));

    @Test
    void aLargeFleetIsLookedAtInPart() {
        picker.pick(candidates(1_000, (_, _, _) -> true), REQUEST, 0);
        assertThat(looked).hasValue(WINDOW);
    }

    @Test
    void aFleetThatIsNoLargerIsLookedAtWhole() {
        picker.pick(candidates(WINDOW, (_, _, _) -> true), REQUEST, 0);
        assertThat(looked).hasValue(WINDOW);
    }

    @Test
    void everyEndpointHasTheSameChance() {
        Candidates candidates = candidates(50, (_, _, _) -> true);
        int[] picks = new int[50];
        for (int i = 0; i < 50_000; i++) {
            picks[Integer.parseInt(pick(candidates))]++;
        }
        // a mean of 1,000, and six standard deviations of 31
        assertThat(picks)
                .satisfies(counts ->
                        IntStream.of(counts).forEach(count -> assertThat(count).isBetween(800, 1_200)));
    }

    @Test
    void theOnlyCandidateIsFoundWhereverTheWindowIs() {
        Candidates candidates =
                candidates(1_000, (endpoint, _, _) -> endpoint.id().equals("7"));
        Set<String> picked = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            picked.add(pick(candidates));
        }
        assertThat(picked).containsExactly("7");
    }

    private String pick(Candidates candidates) {
        return Objects.requireNonNull(picker.pick(candidates, REQUEST, 0)).id();
    }

    private static Candidates candidates(int count, Filter filter) {
        List<Endpoint> endpoints = IntStream.range(0, count)
                .mapToObj(i ->
                        new Endpoint(Integer.toString(i), URI.create("http://node-" + i), Ejection.Settings.DEFAULT))
                .toList();
        return new Candidates(endpoints, filter, REQUEST, 0);
    }
}
