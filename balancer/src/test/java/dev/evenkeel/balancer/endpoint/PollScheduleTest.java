package dev.evenkeel.balancer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Asked every 250 ms, after 5 s at the latest; a poll for ten requests, unless a test says otherwise. */
class PollScheduleTest {

    private static final long MILLI = 1_000_000;
    private static final long TICK = 50 * MILLI;
    private static final long INTERVAL = 250 * MILLI;
    private static final long LONGEST = 5_000 * MILLI;

    private final List<Endpoint> nodes = IntStream.range(0, 100)
            .mapToObj(i -> new Endpoint(Integer.toString(i), URI.create("http://node-" + i), Ejection.Settings.DEFAULT))
            .toList();
    private final Map<String, List<Long>> asked = new HashMap<>();
    private PollSchedule polls = schedule(0.1, 0);
    private long now = 1_000 * MILLI;
    private long sent;

    private static PollSchedule schedule(double perRequest, double perSecond) {
        PollSchedule.Settings settings =
                new PollSchedule.Settings(Duration.ofNanos(INTERVAL), Duration.ofNanos(LONGEST), perRequest, perSecond);
        return new PollSchedule(settings, new SplittableRandom(1));
    }

    /** Lets time pass, at so many requests a tick, of which nobody hears. */
    private int pass(List<Endpoint> endpoints, long nanos, int requestsPerTick) {
        int polled = 0;
        for (long until = now + nanos; now < until; ) {
            now += TICK;
            sent += requestsPerTick;
            for (Endpoint endpoint : polls.due(endpoints, sent, now)) {
                asked.computeIfAbsent(endpoint.id(), id -> new ArrayList<>()).add(now);
                polled++;
            }
        }
        return polled;
    }

    @Test
    void whoIsNewIsAskedAtOnce() {
        assertThat(polls.due(nodes, 0, now)).containsExactlyInAnyOrderElementsOf(nodes);
    }

    /** Ten requests a tick earn a poll a tick; at 5 s at the latest a hundred nodes are 20 a second, which that is. */
    @Test
    void aBusyGatewayAsksWithinItsBudget() {
        pass(nodes, TICK, 10);
        assertThat(pass(nodes, 4_000 * MILLI, 10)).isBetween(80 - 4, 80 + 4);
    }

    /** With the budget that it ships, and nodes that are heard from as they answer, as most are. */
    @Test
    void theShippedBudgetIsBelowATenthOfTheRequests() {
        polls = new PollSchedule(PollSchedule.Settings.DEFAULT, new SplittableRandom(1));
        pass(nodes.subList(0, 10), TICK, 1);
        // 20 requests a second: 0.05 of them, 0.5 a second, and those not heard from for 5 s, which are not there
        int polled = 0;
        for (int i = 0; i < 1_200; i++) {
            polled += pass(nodes.subList(0, 10), TICK, 1);
            nodes.get(i % 10).heard(now);
        }
        assertThat(polled).isLessThanOrEqualTo(120);
    }

    @Test
    void whoWasHeardIsNotAsked() {
        List<Endpoint> two = nodes.subList(0, 2);
        pass(two, TICK, 10);
        asked.clear();
        for (int i = 0; i < 100; i++) {
            two.getFirst().heard(now);
            pass(two, TICK, 100);
        }
        assertThat(asked).containsOnlyKeys("1");
    }

    @Test
    void theLongestUnheardComesFirst() {
        pass(nodes, TICK, 0);
        for (int i = 0; i < 100; i++) {
            nodes.get(i).heard(now + (i * 37 % 100) * MILLI);
        }
        now += 1_000 * MILLI;
        sent += 40;
        assertThat(polls.due(nodes, sent, now).stream().map(Endpoint::id))
                .as("four, by those that were heard at 0, 1, 2 and 3 ms")
                .containsExactly("0", "73", "46", "19");
    }

    @Test
    void whoOwesAnAnswerComesBeforeThem() {
        pass(nodes, TICK, 0);
        for (int i = 0; i < 100; i++) {
            nodes.get(i).heard(now + i * MILLI);
        }
        nodes.get(99).begin(1, now);
        now += 1_000 * MILLI;
        sent += 20;
        assertThat(polls.due(nodes, sent, now).stream().map(Endpoint::id)).containsExactly("99", "0");
    }

    /** Every 250 ms, +-20 % and a tick, whatever the budget; the others' longest time is 4 s at least. */
    @Test
    void whoIsEjectedIsAskedByTheIntervalAlone() {
        polls = schedule(0, 0);
        pass(nodes, TICK, 1);
        nodes.getFirst().ejection().onLoss(new Cause.SaysStalled(), now, now);
        assertThat(nodes.getFirst().ejection().isEjected()).isTrue();
        asked.clear();
        pass(nodes, 3_900 * MILLI, 1);
        assertThat(asked).containsOnlyKeys("0");
        assertThat(asked.get("0")).hasSizeBetween(3_900 / 350, 3_900 / 200);
    }

    /** 5 s, +-20 % and a tick. */
    @Test
    void nobodyIsLeftUnaskedForLongerThanTheLongest() {
        polls = schedule(0, 0);
        pass(nodes, 20_000 * MILLI, 1);
        assertThat(asked).hasSize(100);
        assertThat(asked.values()).allSatisfy(times -> {
            for (int i = 1; i < times.size(); i++) {
                assertThat((double) (times.get(i) - times.get(i - 1))).isBetween(0.8 * LONGEST, 1.2 * LONGEST + TICK);
            }
        });
    }

    @Test
    void anIdleGatewayAsksAllByTheInterval() {
        polls = schedule(0, 0);
        pass(nodes, 1_100 * MILLI, 0);
        asked.clear();
        pass(nodes, 3_000 * MILLI, 0);
        // intervals of 200 to 300 ms, seen at ticks: 200 to 300
        assertThat(asked).hasSize(100);
        assertThat(asked.values()).allSatisfy(times -> assertThat(times).hasSizeBetween(9, 15));
    }

    /** A budget that is not used is not saved for a storm. */
    @Test
    void whatIsSavedUpIsFourPolls() {
        pass(nodes, TICK, 0);
        for (int i = 0; i < 100; i++) {
            nodes.forEach(node -> node.heard(now + TICK));
            pass(nodes, TICK, 100);
        }
        asked.clear();
        now += 400 * MILLI;
        assertThat(polls.due(nodes, sent, now)).hasSize(4);
    }

    /**
     * Two gateways that start together, or two nodes that do, do not stay in step: uniform within +-20 %, so that the first
     * intervals have a mean of 250 ms and a deviation of 0.4 x 250 / sqrt(12) = 29 ms; ticks of 1 ms add half of one.
     */
    @Test
    void intervalsAreJittered() {
        Map<String, Double> again = new HashMap<>();
        polls.due(nodes, 0, now);
        for (int milli = 1; milli <= 400; milli++) {
            double passed = milli;
            polls.due(nodes, 0, now + milli * MILLI).forEach(node -> again.putIfAbsent(node.id(), passed));
        }
        assertThat(again).hasSize(100);
        double mean = again.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        double variance = again.values().stream()
                .mapToDouble(millis -> (millis - mean) * (millis - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(250.5, within(4 * 29 / Math.sqrt(100)));
        assertThat(Math.sqrt(variance)).isBetween(20.0, 35.0);
    }

    @Test
    void whoIsForgottenIsNewAgain() {
        pass(nodes, TICK, 0);
        assertThat(polls.due(nodes, sent, now)).isEmpty();
        polls.forget("7");
        assertThat(polls.due(nodes, sent, now).stream().map(Endpoint::id)).containsExactly("7");
    }
}
