package dev.evenkeel.batcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchQueueTest {

    private static final Lane LANE = new Lane("m", 8, 1_000);

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
        Lane lane = new Lane("m", maxInputs, 1_000);
        for (String request : requests.strip().split(" +", -1)) {
            offer(lane, request.substring(0, 1), Integer.parseInt(request.substring(2)), 10, 1);
        }
        assertThat(drainAll()).isEqualTo(batches.strip());
    }

    /** Requests of one input, named by their tokens. */
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
        Lane lane = new Lane("m", 8, maxTokens);
        for (String each : tokens.strip().split(" +", -1)) {
            queue.offer(lane, List.of(new Input<>(each, Integer.parseInt(each), 1)));
        }
        assertThat(drainAll()).isEqualTo(batches.strip());
    }

    @Test
    void anInputThatIsPassedOverStartsTheNextBatchHoweverManyShortOnesCome() {
        Lane lane = new Lane("m", 8, 40);
        offer(lane, "a", 1, 10, 1);
        offer(lane, "L", 1, 40, 1);
        offer(lane, "b", 1, 10, 1);
        assertThat(names(queue.next())).isEqualTo("a0 b0");
        IntStream.range(0, 20).forEach(i -> offer(lane, "s", 1, 10, 1));
        assertThat(names(queue.next())).isEqualTo("L0");
    }

    @Test
    void aBatchHasOneModelAndModelsTakeTurnsToo() {
        Lane other = new Lane("other", 8, 1_000);
        offer(LANE, "a", 20, 10, 1);
        offer(other, "b", 1, 10, 1);
        offer(LANE, "c", 1, 10, 1);
        assertThat(queue.next().orElseThrow().lane()).isEqualTo(LANE);
        assertThat(names(queue.next())).isEqualTo("b0");
        assertThat(drainAll()).isEqualTo("a7 a8 a9 a10 a11 a12 a13 a14; a15 a16 a17 a18 a19");
    }

    @Test
    void aLoneRequestIsServedAtOnceAndSoIsOneBesideARequestOfThousands() {
        BatchQueue<String> wide = BatchQueue.takingTurns(1_000_000);
        List<Input<String>> many = IntStream.range(0, 2_048)
                .mapToObj(i -> new Input<>("m" + i, 10, 1))
                .toList();
        wide.offer(LANE, many);
        assertThat(wide.next().orElseThrow().inputs()).hasSize(8);
        wide.offer(LANE, List.of(new Input<>("lone", 10, 1)));
        assertThat(names(wide.next())).contains("lone");
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
            queue.offer(LANE, List.of(new Input<>("r", 1, running)));
            queue.next();
        }
        if (waiting > 0) {
            queue.offer(LANE, List.of(new Input<>("w", 1, waiting)));
        }
        Backlog before = queue.backlog();
        Offer offer = queue.offer(LANE, List.of(new Input<>("x", 1, work - 1), new Input<>("y", 1, 1)));
        if (excess < 0) {
            assertThat(offer).as(why).isInstanceOf(Offer.Accepted.class);
            assertThat(queue.backlog().work()).isEqualTo(before.work() + work);
        } else {
            assertThat(offer).as(why).isEqualTo(new Offer.Full(excess));
            assertThat(queue.backlog()).isEqualTo(before);
        }
    }

    @Test
    void cancellingDropsWhatWaitsAndLeavesWhatRuns() {
        Ticket a = offer(LANE, "a", 10, 10, 3);
        Ticket b = offer(LANE, "b", 2, 10, 5);
        Batch<String> first = queue.next().orElseThrow();
        assertThat(names(Optional.of(first))).isEqualTo("a0 b0 a1 b1 a2 a3 a4 a5");
        assertThat(queue.backlog()).isEqualTo(new Backlog(4, 12, 28));
        assertThat(queue.cancel(a)).isEqualTo(4);
        assertThat(queue.cancel(a)).isZero();
        assertThat(queue.cancel(b)).as("nothing of it waits").isZero();
        assertThat(queue.next()).isEmpty();
        assertThat(queue.backlog()).isEqualTo(new Backlog(0, 0, 28));
        queue.finished(first);
        assertThat(queue.backlog()).isEqualTo(new Backlog(0, 0, 0));
    }

    @Test
    void aBatchIsFinishedOnce() {
        offer(LANE, "a", 1, 10, 3);
        Batch<String> batch = queue.next().orElseThrow();
        queue.finished(batch);
        assertThatThrownBy(() -> queue.finished(batch)).isInstanceOf(IllegalStateException.class);
        assertThat(queue.backlog().work()).isZero();
    }

    @Test
    void aTicketOfAnotherQueueIsNoTicket() {
        Ticket foreign = ((Offer.Accepted)
                        BatchQueue.<String>takingTurns(9).offer(LANE, List.of(new Input<>("f", 1, 1))))
                .ticket();
        offer(LANE, "a", 1, 10, 3);
        assertThatThrownBy(() -> queue.cancel(foreign)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever is done in whatever order: every input leaves once, bounds hold, and the sums are exact. */
    @Test
    void accountsExactlyWhateverHappens() {
        Random random = new Random(5);
        List<Lane> lanes = List.of(new Lane("x", 4, 60), new Lane("y", 8, 100));
        BatchQueue<String> queue = BatchQueue.takingTurns(3_000);
        List<Batch<String>> running = new ArrayList<>();
        List<Ticket> tickets = new ArrayList<>();
        int accepted = 0;
        int served = 0;
        int cancelled = 0;
        for (int step = 0; step < 50_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    List<Input<String>> inputs = IntStream.range(0, random.nextInt(1, 20))
                            .mapToObj(i -> new Input<>("i", random.nextInt(0, 40), random.nextInt(0, 50)))
                            .toList();
                    if (queue.offer(lanes.get(random.nextInt(2)), inputs) instanceof Offer.Accepted yes) {
                        tickets.add(yes.ticket());
                        accepted += inputs.size();
                    }
                }
                case 2 -> {
                    Optional<Batch<String>> batch = queue.next();
                    if (batch.isPresent()) {
                        served += batch.get().inputs().size();
                        assertThat(batch.get().inputs())
                                .hasSizeBetween(1, batch.get().lane().maxInputs());
                        assertThat(batch.get().inputs().size() == 1
                                        || batch.get().paddedTokens()
                                                <= batch.get().lane().maxTokens())
                                .isTrue();
                        running.add(batch.get());
                    }
                }
                case 3 -> {
                    if (!running.isEmpty()) {
                        queue.finished(running.remove(random.nextInt(running.size())));
                    }
                }
                default -> {
                    if (!tickets.isEmpty() && random.nextInt(4) == 0) {
                        cancelled += queue.cancel(tickets.removeLast());
                    }
                }
            }
            assertThat(queue.backlog().waitingInputs()).isEqualTo(accepted - served - cancelled);
            assertThat(queue.backlog().runningWork())
                    .isEqualTo(running.stream().mapToLong(Batch::work).sum());
        }
        while (queue.next().isPresent()) {
            // empty it
        }
        assertThat(queue.backlog().waitingWork()).isZero();
        assertThat(List.of(accepted, served, cancelled)).allMatch(count -> count > 1_000);
    }

    private Ticket offer(Lane lane, String name, int count, int tokens, long work) {
        List<Input<String>> inputs = IntStream.range(0, count)
                .mapToObj(i -> new Input<>(name + i, tokens, work))
                .toList();
        return ((Offer.Accepted) queue.offer(lane, inputs)).ticket();
    }

    private String drainAll() {
        List<String> batches = new ArrayList<>();
        for (Optional<Batch<String>> batch = queue.next(); batch.isPresent(); batch = queue.next()) {
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
