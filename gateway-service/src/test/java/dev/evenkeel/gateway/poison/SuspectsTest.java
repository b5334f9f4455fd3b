package dev.evenkeel.gateway.poison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.balancer.Outcome;
import dev.evenkeel.balancer.Pick;
import dev.evenkeel.balancer.Ticket;
import dev.evenkeel.balancer.endpoint.Cause;
import dev.evenkeel.balancer.endpoint.Ejection;
import dev.evenkeel.balancer.endpoint.Endpoint;
import dev.evenkeel.gateway.flow.Flow;
import dev.evenkeel.gateway.flow.Rescue;
import dev.evenkeel.load.LoadReport;
import dev.evenkeel.load.NodeState;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of a request, and of copies of it, that was on two nodes which died; in a time of the test's own. */
class SuspectsTest {

    private static final Duration VERDICT_KNOWN = Duration.ofMillis(600);

    private final Endpoint one = endpoint("one");
    private final Endpoint two = endpoint("two");
    private final Endpoint three = endpoint("three");
    private final Flow flow = new Flow("model", 1);

    private long now = 1;
    private long otherDiedAt = Long.MIN_VALUE;
    private boolean hasPlace;

    private final Suspects.Deaths deaths = new Suspects.Deaths() {
        @Override
        public void lookAround() {}

        @Override
        public boolean anyOther(long since, Set<String> ids) {
            return otherDiedAt > since;
        }
    };

    private final Suspects suspects = new Suspects(
            new Suspects.Settings(Duration.ofMinutes(1), 10),
            (_, _) -> hasPlace ? new Pick.Picked(new Place(three)) : new Pick.NoneAvailable(Pick.Reason.NONE_HEALTHY),
            deaths,
            () -> now);

    @Test
    void whoWasOnTwoDeadNodesIsRefusedWithItsCopies() {
        hasPlace = true;
        loseBoth();

        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Refused.class);
        assertThat(suspects.entrance(copy())).isEqualTo(Suspects.Entrance.REFUSED);
    }

    /** Who died at that moment is not known again when a node has a place at last. */
    @Test
    void anAlibiHoldsForAsLongAsThereIsNoPlace() {
        otherDiedAt = now;
        loseBoth();

        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Nowhere.class);
        for (int second = 0; second < 20; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Nowhere.class);
        }
        hasPlace = true;
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.To.class);
    }

    @Test
    void anAlibiIsForTwoNodesAndNotForAThird() {
        otherDiedAt = now;
        hasPlace = true;
        loseBoth();
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.To.class);

        flow.lostOn(three, true);
        otherDiedAt = now;
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Later.class);
        pass(VERDICT_KNOWN);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Refused.class);
    }

    @Test
    void copiesWaitForTheVerdictAndNotForAPlace() {
        loseBoth(); // no alibi, and nobody is left
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Nowhere.class);
        assertThat(suspects.entrance(copy())).isEqualTo(Suspects.Entrance.OPEN);

        pass(Duration.ofSeconds(1));
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Nowhere.class);
        assertThat(suspects.entrance(copy())).isEqualTo(Suspects.Entrance.OPEN);
    }

    /** The gateway saw the first one stall before its own watchdog did, and the other has failed the request since. */
    @Test
    void whoFailedOnOneNodeGoesToNoThirdBeforeTheOtherHasSaidThatItIsStalled() {
        hasPlace = true;
        loseTwo(false);

        one.report(new LoadReport(0, 0, 0, 0, NodeState.STALLED, 1, 0, 0, 0, 0, 1, 1, 1), now);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Later.class);
        pass(VERDICT_KNOWN);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Refused.class);
    }

    /** A killed node is silent at first, while its memory is taken down; then its connections break. */
    @Test
    void whoWasOnANodeThatWasSilentAndIsFoundDeadIsJudgedAsSoonAsIfThatHadBeenKnown() {
        hasPlace = true;
        loseTwo(false);

        one.ejection().onLoss(new Cause.Refused(), now, now);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Later.class);
        pass(VERDICT_KNOWN);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Refused.class);
    }

    @Test
    void whoFailedOnOneNodeGoesOnWhenTheOtherWasOnlySlow() {
        hasPlace = true;
        loseTwo(false);
        pass(VERDICT_KNOWN);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Nowhere.class);
        pass(Duration.ofSeconds(1));
        assertThat(suspects.entrance(copy())).isEqualTo(Suspects.Entrance.OPEN);
    }

    /** Until the verdict may be known. */
    private void loseBoth() {
        loseTwo(true);
        pass(VERDICT_KNOWN);
    }

    /** @param firstDied or else it only seems to have stalled */
    private void loseTwo(boolean firstDied) {
        flow.lostOn(one, firstDied);
        flow.lostOn(two, true);
        assertThat(suspects.rescue(flow)).isInstanceOf(Rescue.Later.class);
        assertThat(suspects.entrance(copy())).isEqualTo(Suspects.Entrance.WAIT);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static Flow copy() {
        return new Flow("model", 1);
    }

    private static Endpoint endpoint(String id) {
        return new Endpoint(id, URI.create("http://" + id), Ejection.Settings.DEFAULT);
    }

    /** One that nothing is counted of. */
    private record Place(Endpoint endpoint) implements Ticket {

        @Override
        public void onLost(Runnable task) {}

        @Override
        public void answering() {}

        @Override
        public boolean complete(Outcome outcome) {
            return true;
        }
    }
}
