package dev.evenkeel.balancer.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilenceTest {

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofMillis(500);

    /** The limit, as if asked at the next look, and the one look that finds it passed. */
    private static final int LOOKS = (int) LIMIT.dividedBy(TICK) + 2;

    private final Endpoint node = new Endpoint("a", URI.create("http://a"), Ejection.Settings.DEFAULT);
    private long now = 1;
    private final Silence silence = new Silence(TICK, LIMIT, () -> now);

    @Test
    void aNodeThatOwesAnAnswerForLongerThanTheLimitIsSilent() {
        silence.asked(node);
        look(LOOKS - 1);
        assertThat(silence.of(node)).as("not yet").isEmpty();
        look(1);
        assertThat(silence.of(node)).hasValueSatisfying(time -> assertThat(time).isBetween(LIMIT, LIMIT.plus(TICK)));
    }

    @Test
    void aNodeThatWasNotAskedOwesNothing() {
        look(100);
        assertThat(silence.of(node)).isEmpty();
    }

    @Test
    void anAnswerEndsIt() {
        silence.asked(node);
        look(LOOKS);
        silence.answered(node);
        assertThat(silence.of(node)).isEmpty();
        silence.asked(node);
        look(LOOKS - 1);
        assertThat(silence.of(node)).as("from the next question on").isEmpty();
        look(1);
        assertThat(silence.of(node)).isPresent();
    }

    @Test
    void whatIsHeardWhileTheQuestionIsUnderWayCounts() {
        silence.asked(node);
        look(LOOKS - 1);
        node.heard(now);
        look(LOOKS - 1);
        assertThat(silence.of(node)).as("it answers requests").isEmpty();
        look(LOOKS);
        assertThat(silence.of(node)).as("it does so no more").isPresent();
    }

    @Test
    void whatIsHeardBetweenTheLastLookAndTheNextQuestionCounts() {
        silence.asked(node);
        silence.unanswered(node);
        look(LOOKS - 1);
        node.heard(now);
        silence.asked(node);
        look(1);
        assertThat(silence.of(node)).isEmpty();
    }

    @Test
    void aQuestionThatCameToNothingIsStillOwedAnAnswer() {
        silence.asked(node);
        look(LOOKS / 2);
        silence.unanswered(node);
        look(1);
        silence.asked(node);
        look(LOOKS - LOOKS / 2 - 1);
        assertThat(silence.of(node)).isPresent();
    }

    @Test
    void afterSuchAQuestionANodeThatIsHeardOwesNothingUntilItIsAskedAgain() {
        silence.asked(node);
        silence.unanswered(node);
        node.heard(now);
        look(1);
        assertThat(silence.of(node)).isEmpty();
        look(100);
        assertThat(silence.of(node)).isEmpty();
    }

    @Test
    void timeInWhichNobodyLookedCountsTwoTicksAtMost() {
        silence.asked(node);
        for (int pause = 0; pause < 5; pause++) {
            now += Duration.ofMinutes(1).toNanos();
            silence.look(List.of(node));
        }
        assertThat(silence.of(node)).as("the gateway was stopped, five times").isEmpty();
        look(LOOKS - 5);
        assertThat(silence.of(node))
                .as("ten ticks of those minutes, and the rest")
                .isPresent();
    }

    @Test
    void aClockThatStandsStillOrGoesBackCountsNothing() {
        silence.asked(node);
        for (int i = 0; i < 100; i++) {
            now -= i % 2;
            silence.look(List.of(node));
        }
        assertThat(silence.of(node)).isEmpty();
    }

    @Test
    void aNodeThatIsForgottenOwesNothing() {
        silence.asked(node);
        silence.forget(node.id());
        look(100);
        assertThat(silence.of(node)).isEmpty();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            now += TICK.toNanos();
            silence.look(List.of(node));
        }
    }
}
