package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final int UNAVAILABLE = 503;
    private static final Window WINDOW = new Window(1_000, 2_000);

    private static Load.Reply reply(long due, long at, int status) {
        return new Load.Reply(due, at - due, status, true, "node-1", 0, status == UNAVAILABLE);
    }

    @Test
    void whatWasUnderWayWhenTheFaultBeganIsInIt() {
        Load.Reply answered = reply(900, 999, Load.OK);
        Load.Reply underWay = reply(900, 1_000, Load.OK);
        Load.Reply later = reply(1_999, 5_000, Load.OK);
        Load.Reply afterwards = reply(2_000, 2_001, Load.OK);

        assertThat(WINDOW.of(List.of(answered, underWay, later, afterwards))).containsExactly(underWay, later);
    }

    @Test
    void whatTheFaultExcusesIsAFailureBeforeIt() {
        Load.Reply before = reply(100, 200, UNAVAILABLE);
        Load.Reply underWay = reply(900, 1_100, UNAVAILABLE);
        Load.Reply later = reply(1_500, 1_600, UNAVAILABLE);

        assertThat(WINDOW.failed(List.of(before, underWay, later), reply -> reply.isPutOff(UNAVAILABLE)))
                .containsExactly(before);
    }

    @Test
    void whatWasUnderWayAndIsLostHasFailed() {
        Load.Reply lost = reply(900, 1_100, 0);
        Load.Reply afterwards = reply(2_000, 2_100, 0);

        assertThat(WINDOW.failed(List.of(reply(100, 200, Load.OK), lost, afterwards), Load.Reply::isGood))
                .containsExactly(lost);
    }

    @Test
    void anotherAnswerBeforeTheFaultHasFailed() {
        Load.Reply wrong = new Load.Reply(100, 50, Load.OK, false, "node-1", 0, false);

        assertThat(WINDOW.failed(List.of(wrong), _ -> true)).containsExactly(wrong);
    }

    @Test
    void whoIsPutOffIsToldForHowLong() {
        assertThat(reply(0, 1, UNAVAILABLE).isPutOff(UNAVAILABLE)).isTrue();
        assertThat(new Load.Reply(0, 1, UNAVAILABLE, false, null, 0, false).isPutOff(UNAVAILABLE))
                .isFalse();
    }
}
