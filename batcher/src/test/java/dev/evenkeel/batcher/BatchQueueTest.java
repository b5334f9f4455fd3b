package dev.evenkeel.batcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class BatchQueueTest {

    private static final Lane LANE = new Lane("m", 8, 1_000, 1_000, 9);

    private final BatchQueue<String> queue = BatchQueue.takingTurns(1_000);

    /**
     * Requests are {@code name+count}, each input of 10 tokens; batches are read until the queue is empty. An input's
     * payload is its request's name and its number.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a+1            | 8 | a0
                    a+3            | 8 | a0 a1 a2
                    a+5            | 2 | a0 a1; a2 a3; a4
                    a+1 b+1 c+1    | 2 | a0 b0; c0
                    a+4 b+1        | 4 | a0 b0 a1 a2; a3
                    a+4 b+2 c+1    | 3 | a0 b0 c0; a1 b1 a2; a3
                    a+6 b+3        | 2 | a0 b0; a1 b1; a2 b2; a3 a4; a5
                    a+3 b+3 c+3    | 4 | a0 b0 c0 a1; b1 c1 a2 b2; c2
                    """)
    void requestsTakeTurns(String requests, int maxInputs, String batches) {
        Lane lane = new Lane("m", maxInputs, 1_000, 1_000, 99);
        for (String request : requests.strip().split(" +", -1)) {
            offer(lane, request.substring(0, 1), Integer.parseInt(request.substring(2)), 10, 1);
        }
        assertThat(drainAll()).isEqualTo(batches.strip());
    }

    /** Requests of one input, named by their tokens; a call costs so much that every batch is as large as may be. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    10 10 10 10    | 40 | 10 10 10 10
                    10 10 10 10    | 39 | 10 10 10; 10
                    30 10 10       | 60 | 30 10; 10
                    10 10 30       | 60 | 10 10; 30
                    99 10 10       | 60 | 99; 10 10
                    10 30 10 30 10 | 40 | 10 10 10; 30; 30
                    0 0 0          | 1  | 0 0 0
                    """)
    void aBatchIsBoundedByItsPaddedTokens(String tokens, int maxTokens, String batches) {
        Lane lane = new Lane("m", 8, maxTokens, 1_000, 99);
        for (String each : tokens.strip().split(" +", -1)) {
            queue.offer(Request.of(lane, List.of(new Input<>(each, Integer.parseInt(each), 1))), 0);
        }
        assertThat(drainAll()).isEqualTo(batches.strip());
    }

    @Test
    void anInputThatIsPassedOverStartsTheNextBatchHoweverManyShortOnesCome() {
        Lane lane = new Lane("m", 8, 40, 12, 99);
        offer(lane, "a", 1, 10, 1);
        offer(lane, "L", 1, 40, 1);
        offer(lane, "b", 1, 10, 1);
        assertThat(names(queue.next(0))).isEqualTo("a0 b0");
        IntStream.range(0, 20).forEach(i -> offer(lane, "s", 1, 10, 1));
        assertThat(names(queue.next(0))).isEqualTo("L0");
    }

    @Test
    void aBatchHasOneModelAndModelsTakeTurnsToo() {
        Lane other = new Lane("other", 8, 1_000, 12, 9);
        offer(LANE, "a", 20, 10, 1);
        offer(other, "b", 1, 10, 1);
        offer(LANE, "c", 1, 10, 1);
        assertThat(queue.next(0).orElseThrow().lane()).isEqualTo(LANE);
        assertThat(names(queue.next(0))).isEqualTo("b0");
        assertThat(drainAll()).isEqualTo("a7 a8 a9 a10 a11 a12 a13 a14; a15 a16 a17 a18 a19");
    }

    @Test
    void aLoneRequestIsServedAtOnceAndSoIsOneBesideARequestOfThousands() {
        BatchQueue<String> wide = BatchQueue.takingTurns(1_000_000);
        List<Input<String>> many = IntStream.range(0, 2_048)
                .mapToObj(i -> new Input<>("m" + i, 10, 1))
                .toList();
        wide.offer(Request.of(LANE, many), 0);
        assertThat(wide.next(0).orElseThrow().inputs()).hasSize(8);
        wide.offer(Request.of(LANE, List.of(new Input<>("lone", 10, 1))), 0);
        assertThat(names(wide.next(0))).contains("lone");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nothing waits, whatever it weighs     |   0 |   0 | 5000 | -1
                    nothing waits, though a batch runs    |   0 | 900 | 5000 | -1
                    fits to the brim                      | 400 | 500 |  100 | -1
                    one over                              | 400 | 500 |  101 |  1
                    far over                              | 400 | 500 |  600 | 500
                    what runs counts too                  |   1 | 999 |   10 |  10
                    """)
    void aRequestIsRefusedWholeWhenItsWorkDoesNotFit(String why, long waiting, long running, long work, long excess) {
        if (running > 0) {
            queue.offer(Request.of(LANE, List.of(new Input<>("r", 1, running))), 0);
            queue.next(0);
        }
        if (waiting > 0) {
            queue.offer(Request.of(LANE, List.of(new Input<>("w", 1, waiting))), 0);
        }
        Backlog before = queue.backlog();
        Offer offer = queue.offer(Request.of(LANE, List.of(new Input<>("x", 1, work - 1), new Input<>("y", 1, 1))), 0);
        if (excess < 0) {
            assertThat(offer).as(why).isInstanceOf(Offer.Accepted.class);
            assertThat(queue.backlog().work()).isEqualTo(before.work() + work);
        } else {
            assertThat(offer).as(why).isEqualTo(new Offer.Full(excess, 0));
            assertThat(queue.backlog()).isEqualTo(before);
        }
    }

    @Test
    void cancellingDropsWhatWaitsAndLeavesWhatRuns() {
        Ticket a = offer(LANE, "a", 10, 10, 3);
        Ticket b = offer(LANE, "b", 2, 10, 5);
        Batch<String> first = queue.next(0).orElseThrow();
        assertThat(names(Optional.of(first))).isEqualTo("a0 b0 a1 b1 a2 a3 a4 a5");
        assertThat(queue.backlog()).isEqualTo(new Backlog(4, 12, 28));
        assertThat(queue.cancel(a)).isEqualTo(4);
        assertThat(queue.cancel(a)).isZero();
        assertThat(queue.cancel(b)).as("nothing of it waits").isZero();
        assertThat(queue.next(0)).isEmpty();
        assertThat(queue.backlog()).isEqualTo(new Backlog(0, 0, 28));
        queue.finished(first, 0);
        assertThat(queue.backlog()).isEqualTo(new Backlog(0, 0, 0));
    }

    @Test
    void aBatchIsFinishedOnceThoughTheWatchdogAndTheStuckWorkerBothSaySo() {
        offer(LANE, "a", 1, 10, 3);
        Batch<String> batch = queue.next(0).orElseThrow();
        assertThat(queue.finished(batch, 1)).isTrue();
        assertThat(queue.finished(batch, 2)).as("the stuck worker itself, late").isFalse();
        assertThat(queue.backlog().work()).isZero();
    }

    @Test
    void aTicketOfAnotherQueueIsNoTicket() {
        Ticket foreign = ((Offer.Accepted) BatchQueue.<String>takingTurns(9)
                        .offer(Request.of(LANE, List.of(new Input<>("f", 1, 1))), 0))
                .ticket();
        offer(LANE, "a", 1, 10, 3);
        assertThatThrownBy(() -> queue.cancel(foreign)).isInstanceOf(IllegalArgumentException.class);
    }

    private Ticket offer(Lane lane, String name, int count, int tokens, long work) {
        List<Input<String>> inputs = IntStream.range(0, count)
                .mapToObj(i -> new Input<>(name + i, tokens, work))
                .toList();
        return ((Offer.Accepted) queue.offer(Request.of(lane, inputs), 0)).ticket();
    }

    private String drainAll() {
        List<String> batches = new ArrayList<>();
        for (Optional<Batch<String>> batch = queue.next(0); batch.isPresent(); batch = queue.next(0)) {
            batches.add(names(batch));
        }
        return String.join("; ", batches);
    }

    private static String names(Optional<Batch<String>> batch) {
        return String.join(
                " ",
                Arrays.asList(batch.orElseThrow().inputs().stream()
                        .map(Input::payload)
                        .toArray(String[]::new)));
    }
}
