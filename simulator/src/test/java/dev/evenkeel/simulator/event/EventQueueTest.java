package dev.evenkeel.simulator.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventQueueTest {

    private record Planned(long time, int order) {}

    private static final Comparator<Planned> IN_ORDER =
            Comparator.comparingLong(Planned::time).thenComparingInt(Planned::order);

    /** Takes notes of what happens. */
    private static final class Run {

        private final EventQueue events = new EventQueue();
        private final List<Planned> happened = new ArrayList<>();
        private int orders;

        void plan(long after, Runnable consequence) {
            Planned planned = new Planned(events.now() + after, orders++);
            events.after(after, () -> {
                assertThat(events.now()).isEqualTo(planned.time);
                happened.add(planned);
                consequence.run();
            });
        }
    }

    /** Few times for many events, so that many are at the same; each plans another one. */
    @Property
    void whatIsPlannedHappensInOrderOfTimeAndThenOfPlanning(
            @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 20) Integer> times,
            @ForAll @IntRange(min = 0, max = 20) int after) {
        Run run = new Run();
        times.forEach(time -> run.plan(time, () -> run.plan(after, () -> {})));
        run.events.runUntil(40);
        assertThat(run.happened).hasSize(2 * times.size()).isSortedAccordingTo(IN_ORDER);
        assertThat(run.events.now()).isEqualTo(40);
    }

    /** The queue grows at 1,024. */
    @Test
    void manyAreKeptInOrder() {
        Run run = new Run();
        for (int i = 0; i < 5_000; i++) {
            run.plan(i * 7_919L % 1_000, () -> {});
        }
        run.events.runUntil(1_000);
        assertThat(run.happened).hasSize(5_000).isSortedAccordingTo(IN_ORDER);
    }

    @Test
    void whatIsLaterWaits() {
        Run run = new Run();
        run.plan(10, () -> {});
        run.events.runUntil(9);
        assertThat(run.happened).isEmpty();
        run.events.runUntil(10);
        assertThat(run.happened).hasSize(1);
    }

    @Test
    void thePastIsOver() {
        Run run = new Run();
        run.events.runUntil(10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.events.at(9, () -> {}))
                .withMessage("an event at 9 ns, but it is 10 ns already");
    }
}
