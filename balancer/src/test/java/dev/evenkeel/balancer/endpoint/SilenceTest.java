package dev.evenkeel.balancer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SilenceTest {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMillis(500);

    /** The limit, as if asked at the next look, and the one look that finds it passed. */
    private static final int LOOKS = (int) LIMIT.dividedBy(TICK) + 2;

    private final Endpoint node = endpoint("a", "m");
    private final Endpoint standIn = endpoint("b", "m");
    private final List<Endpoint> endpoints = new ArrayList<>(List.of(node, standIn));
    private long now = 2;
    private final Silence silence = new Silence(TICK, LIMIT, () -> now);

    @Test
    void aNodeThatOwesAnAnswerForLongerThanTheLimitIsSilent() {
        silence.asked(node);
        look(LOOKS - 1);
        assertThat(time(node)).as("not yet").isEmpty();
        look(1);
        assertThat(time(node)).hasValueSatisfying(time -> assertThat(time).isBetween(LIMIT, LIMIT.plus(TICK)));
    }

    @Test
    void aNodeThatWasNotAskedOwesNothing() {
        look(100);
        assertThat(time(node)).isEmpty();
    }

    @Test
    void anAnswerEndsIt() {
        silence.asked(node);
        look(LOOKS);
        silence.answered(node);
        assertThat(time(node)).isEmpty();
        silence.asked(node);
        look(LOOKS - 1);
        assertThat(time(node)).as("from the next question on").isEmpty();
        look(1);
        assertThat(time(node)).isPresent();
    }

    @Test
    void whatIsHeardWhileTheQuestionIsUnderWayCounts() {
        silence.asked(node);
        look(LOOKS - 1);
        node.heard(now);
        look(LOOKS - 1);
        assertThat(time(node)).as("it answers requests").isEmpty();
        look(LOOKS);
        assertThat(time(node)).as("it does so no more").isPresent();
    }

    @Test
    void whatIsHeardBetweenTheLastLookAndTheNextQuestionCounts() {
        silence.asked(node);
        silence.unanswered(node);
        look(LOOKS - 1);
        node.heard(now);
        silence.asked(node);
        look(1);
        assertThat(time(node)).isEmpty();
    }

    @Test
    void aQuestionThatCameToNothingIsStillOwedAnAnswer() {
        silence.asked(node);
        look(LOOKS / 2);
        silence.unanswered(node);
        look(1);
        silence.asked(node);
        look(LOOKS - LOOKS / 2 - 1);
        assertThat(time(node)).isPresent();
    }

    @Test
    void afterSuchAQuestionANodeThatIsHeardOwesNothingUntilItIsAskedAgain() {
        silence.asked(node);
        silence.unanswered(node);
        node.heard(now);
        look(1);
        assertThat(time(node)).isEmpty();
        look(100);
        assertThat(time(node)).isEmpty();
    }

    @Test
    void timeInWhichNobodyLookedCountsTwoTicksAtMost() {
        silence.asked(node);
        for (int pause = 0; pause < 5; pause++) {
            now += Duration.ofMinutes(1).toNanos();
            silence.look(endpoints);
        }
        assertThat(time(node)).as("the gateway was stopped, five times").isEmpty();
        look(LOOKS - 5);
        assertThat(time(node)).as("ten ticks of those minutes, and the rest").isPresent();
    }

    @Test
    void aClockThatStandsStillOrGoesBackCountsNothing() {
        silence.asked(node);
        for (int i = 0; i < 100; i++) {
            now -= i % 2;
            silence.look(endpoints);
        }
        assertThat(time(node)).isEmpty();
    }

    @Test
    void aNodeThatIsForgottenOwesNothing() {
        silence.asked(node);
        silence.forget(node.id());
        look(100);
        assertThat(time(node)).isEmpty();
    }

    @Test
    void theOnlyNodeThatServesAModelIsGivenTenTimesAsLong() {
        endpoints.set(1, endpoint("b", "another model"));
        silence.asked(node);
        look(10 * LOOKS - 20);
        assertThat(time(node)).as("its requests have nowhere to go").isEmpty();
        look(20);
        assertThat(time(node)).isPresent();
    }

    @Test
    void soAreAllThatFallSilentTogether() {
        silence.asked(node);
        silence.asked(standIn);
        look(LOOKS);
        assertThat(silence.tooLong(endpoints)).isEmpty();
        silence.answered(standIn);
        assertThat(silence.tooLong(endpoints)).containsOnlyKeys(node);
    }

    @Test
    void aNodeThatIsOutStandsInForNobodyAndIsNotGivenMoreTime() {
        standIn.ejection().onLoss(new Cause.Refused(), now, now);
        silence.asked(node);
        look(LOOKS);
        assertThat(time(node)).isEmpty();
        node.ejection().onLoss(new Cause.Broken(), now, now);
        assertThat(time(node)).as("its trial is not worth another request").isPresent();
    }

    @Test
    void aNodeThatWarmsIsNotInRotationAndMayTakeItsTime() {
        Endpoint warming = new Endpoint("c", URI.create("http://c"), Ejection.Settings.DEFAULT);
        endpoints.add(warming);
        silence.asked(warming);
        look(100);
        assertThat(time(warming)).isEmpty();
    }

    private Optional<Duration> time(Endpoint endpoint) {
        return Optional.ofNullable(silence.tooLong(endpoints).get(endpoint));
    }

    private static Endpoint endpoint(String id, String model) {
        Endpoint endpoint = new Endpoint(id, URI.create("http://" + id), Ejection.Settings.DEFAULT);
        endpoint.announce(Set.of(model));
        endpoint.report(new LoadReport(0, 0, 0, 0, NodeState.UP, 1, 0, 0, 0, 0, 1e6, 1, 1), 1);
        return endpoint;
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            now += TICK.toNanos();
            silence.look(endpoints);
        }
    }
}
