package dev.evenkeel.batcher;

import static dev.evenkeel.batcher.Priority.BULK;
import static dev.evenkeel.batcher.Priority.INTERACTIVE;
import static dev.evenkeel.batcher.Request.NO_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deadlines, priorities, like lengths and limits of the queue that takes turns. */
@Timeout(30)
class SchedulingTest {

    private static final Lane LANE = new Lane("m", 4, 1_000, 12, 99);

    private final BatchQueue<String> queue = BatchQueue.takingTurns(1_000_000);

    @Test
    void whatIsLateIsDroppedBeforeItIsHandedOutAndCounted() {
        offer(LANE, "a", INTERACTIVE, 100, 10, 10, 10);
        offer(LANE, "b", BULK, 101, 10);
        offer(LANE, "c", INTERACTIVE, NO_DEADLINE, 10);
        assertThat(next(100)).isEqualTo("c b");
        assertThat(queue.expiredInputs()).isEqualTo(3);
        assertThat(queue.backlog()).isEqualTo(new Backlog(0, 0, 2));
    }

    @Test
    void whatIsLateMakesRoomForAnOffer() {
        BatchQueue<String> small = BatchQueue.takingTurns(10);
        small.offer(new Request<>(LANE, inputs("a", 1, 1, 1, 1, 1, 1), INTERACTIVE, 100), 0);
        Request<String> another = Request.of(LANE, inputs("b", 1, 1, 1, 1, 1, 1));
        assertThat(small.offer(another, 99)).isInstanceOf(Offer.Full.class);
        assertThat(small.offer(another, 100)).isInstanceOf(Offer.Accepted.class);
        assertThat(small.expiredInputs()).isEqualTo(6);
    }

    @Test
    void anOfferThatIsLateIsRefusedAndNothingOfItWaits() {
        Request<String> late = new Request<>(LANE, inputs("a", 1), INTERACTIVE, 7);
        assertThat(queue.offer(late, 7)).isEqualTo(new Offer.Expired());
        assertThat(queue.backlog().waitingInputs()).isZero();
        assertThat(queue.expiredInputs()).as("what never waited").isZero();
    }

    @Test
    void whatWasCancelledOrServedDoesNotExpireLater() {
        Ticket cancelled = offer(LANE, "a", INTERACTIVE, 100, 10);
        offer(LANE, "b", INTERACTIVE, 100, 10);
        assertThat(queue.cancel(cancelled)).isEqualTo(1);
        assertThat(next(0)).isEqualTo("b");
        assertThat(next(200)).isEmpty();
        assertThat(queue.expiredInputs()).isZero();
        Ticket late = offer(LANE, "c", INTERACTIVE, 300, 10);
        assertThat(next(300)).isEmpty();
        assertThat(queue.cancel(late)).as("it is gone already").isZero();
    }

    /** Requests are {@code name:priority:tokens,tokens...}. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    interactive first                    | b:B:9,9 i:I:9              | i b b
                    bulk alone                           | b:B:9,9,9,9,9              | b b b b; b
                    bulk fills what is free              | b:B:9,9,9,9 i:I:9,9        | i i b b; b b
                    no place is free                     | b:B:9 i:I:9,9,9,9,9        | i i i i; i b
                    nor while an unlike one waits        | b:B:9 i:I:9 j:I:90         | i; j; b
                    no interactive waits for a longer    | b:B:90 i:I:9               | i; b
                    nor is much shorter bulk padded up   | b:B:9 i:I:90               | i; b
                    """)
    void interactiveGoesBeforeBulk(String why, String requests, String batches) {
        for (String each : requests.strip().split(" +", -1)) {
            String[] parts = each.split(":", -1);
            int[] tokens = List.of(parts[2].split(",", -1)).stream()
                    .mapToInt(Integer::parseInt)
                    .toArray();
            offer(LANE, parts[0], parts[1].equals("I") ? INTERACTIVE : BULK, NO_DEADLINE, tokens);
        }
        assertThat(drain()).as(why).isEqualTo(batches.strip());
    }

    @Test
    void interactiveGoesBeforeBulkOfAnotherLaneUnlessItsOwnIsAtItsLimit() {
        Lane single = new Lane("single", 1, 1_000, 12, 1);
        offer(LANE, "b", BULK, NO_DEADLINE, 9);
        offer(single, "i", INTERACTIVE, NO_DEADLINE, 9);
        offer(single, "j", INTERACTIVE, NO_DEADLINE, 9);
        Batch<String> first = queue.next(0).orElseThrow();
        assertThat(names(first)).isEqualTo("i");
        assertThat(next(0)).isEqualTo("b");
        assertThat(next(0)).as("the lane is at its limit").isEmpty();
        queue.finished(first, 1);
        assertThat(next(1)).isEqualTo("j");
    }

    /** Requests of one input, named by their tokens, batches of up to 4 inputs and 1,000 tokens. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    like with like                  | 12 | 10 50 11 49 12 51        | 10 11 12; 50 49 51
                    the first by turn is never late | 12 | 90 10 10 10 10           | 90; 10 10 10 10
                    saving a call beats padding     | 99 | 30 10                    | 30 10
                    padding beats saving a call     | 12 | 38 10                    | 38; 10
                    a call that costs nothing       | 0  | 10 11 10                 | 10 10; 11
                    equals go by turn               | 12 | 10 10 10 10 10           | 10 10 10 10; 10
                    too long for any budget         | 12 | 2000 10 10               | 2000; 10 10
                    """)
    void inputsOfLikeLengthShareABatch(String why, int callTokens, String tokens, String batches) {
        Lane lane = new Lane("m", 4, 1_000, callTokens, 99);
        for (String each : tokens.strip().split(" +", -1)) {
            offer(lane, each, INTERACTIVE, NO_DEADLINE, Integer.parseInt(each));
        }
        assertThat(drain()).as(why).isEqualTo(batches.strip());
    }

    @Test
    void ofInputsThatAreAlikeThoseOfEarlierTurnsAreTaken() {
        offer(LANE, "anchor", INTERACTIVE, NO_DEADLINE, 20);
        for (String name : List.of("a", "b", "c", "d", "e")) {
            offer(LANE, name, INTERACTIVE, NO_DEADLINE, 19);
        }
        assertThat(next(0)).isEqualTo("anchor a b c");
    }

    @Test
    void whoWouldMissItsDeadlineGoesFirstEvenFromBehindAllCandidatesButOnlyEveryOtherTime() {
        learnBatchesOf(100);
        for (int i = 0; i < 100; i++) {
            offer(LANE, "turn", INTERACTIVE, NO_DEADLINE, 10);
        }
        offer(LANE, "due", INTERACTIVE, 399, 500);
        offer(LANE, "later", INTERACTIVE, 398, 600);
        assertThat(next(150)).as("248 away: two batches are 200").startsWith("turn");
        assertThat(next(199)).as("199 away").isEqualTo("later");
        assertThat(next(200)).as("the turns' turn").startsWith("turn");
        assertThat(next(200)).isEqualTo("due");
    }

    /** One short deadline after the other must not keep out a request that has none. */
    @Test
    void aStreamOfShortDeadlinesStarvesNobody() {
        learnBatchesOf(100);
        offer(LANE, "patient", INTERACTIVE, NO_DEADLINE, 900);
        for (int i = 0; i < 2; i++) {
            offer(LANE, "hasty", INTERACTIVE, 1_150, 10);
            if (next(1_000).equals("patient")) {
                return;
            }
        }
        throw new AssertionError("two batches were handed out and the patient request was in neither");
    }

    /** A text that is unlike all others is served in its turn, however many of like length come. */
    @Test
    void anOddLengthStarvesInNoStreamOfLikeOnes() {
        offer(LANE, "first", INTERACTIVE, NO_DEADLINE, 10);
        offer(LANE, "odd", INTERACTIVE, NO_DEADLINE, 200);
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            IntStream.range(0, 8).forEach(j -> offer(LANE, "like", INTERACTIVE, NO_DEADLINE, 10));
            served.add(next(0));
        }
        assertThat(served.get(1)).isEqualTo("odd");
    }

    @Test
    void aRequestOfManyLengthsIsServedFromTheLongestSoThatItsBatchesAreAlike() {
        offer(LANE, "r", INTERACTIVE, NO_DEADLINE, 10, 80, 11, 81, 12, 82, 13, 83);
        assertThat(lengths(queue.next(0).orElseThrow())).isEqualTo("83 82 81 80");
        assertThat(lengths(queue.next(0).orElseThrow())).isEqualTo("13 12 11 10");
    }

    @Test
    void aBatchLooksAtABoundedNumberOfRequestsAndInputs() {
        TurnQueue<String> owner = new TurnQueue<>(1);
        Request<String> large = Request.of(LANE, inputs("x", new int[2_048]));
        List<Waiting<String>> requests = IntStream.range(0, 1_000)
                .mapToObj(i -> new Waiting<>(large, owner, i))
                .toList();
        for (int waiting : new int[] {1, 3, 127, 128, 1_000}) {
            int[] looked = {0};
            var counted = requests.subList(0, waiting).stream()
                    .peek(request -> looked[0]++)
                    .iterator();
            assertThat(Candidate.inTurn(counted, 128)).hasSize(128);
            assertThat(looked[0]).as("of %d requests", waiting).isLessThanOrEqualTo(129);
        }
    }

    @Test
    void aFullQueueSaysHowLongUntilItFits() {
        BatchQueue<String> small = BatchQueue.takingTurns(10);
        small.offer(Request.of(LANE, inputs("a", 1, 1, 1, 1)), 0);
        small.finished(small.next(0).orElseThrow(), 400);
        small.offer(Request.of(LANE, inputs("b", new int[10])), 400);
        assertThat(small.offer(Request.of(LANE, inputs("c", 1, 1, 1)), 400)).isEqualTo(new Offer.Full(3, 300));
        small.next(400);
        small.next(400);
        assertThat(small.offer(Request.of(LANE, inputs("c", 1, 1, 1)), 400))
                .as("two batches run at once")
                .isEqualTo(new Offer.Full(3, 150));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0, 1", "1, 0, 0, 1", "1, 1, -1, 1", "1, 1, 0, 0"})
    void aLaneWithoutSenseIsNone(int maxInputs, long maxTokens, long callTokens, int maxConcurrent) {
        assertThatThrownBy(() -> new Lane("m", maxInputs, maxTokens, callTokens, maxConcurrent))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least");
    }

    /** Whatever is done in whatever order: every input leaves once, bounds and limits hold, the sums are exact. */
    @Test
    void accountsExactlyWhateverHappens() {
        Random random = new Random(5);
        List<Lane> lanes = List.of(new Lane("x", 4, 60, 0, 2), new Lane("y", 8, 100, 12, 3));
        BatchQueue<Integer> queue = BatchQueue.takingTurns(3_000);
        List<Batch<Integer>> running = new ArrayList<>();
        List<Ticket> tickets = new ArrayList<>();
        Map<Integer, Integer> served = new HashMap<>();
        Map<Integer, Long> deadlines = new HashMap<>();
        int ids = 0;
        int accepted = 0;
        int cancelled = 0;
        long now = 0;
        for (int step = 0; step < 50_000; step++) {
            now += random.nextInt(20);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    int first = ids;
                    int size = random.nextInt(1, 20);
                    ids += size;
                    List<Input<Integer>> inputs = IntStream.range(first, ids)
                            .mapToObj(i -> new Input<>(i, random.nextInt(0, 70), random.nextInt(0, 50)))
                            .toList();
                    long deadline = random.nextInt(3) == 0 ? NO_DEADLINE : now + random.nextInt(1, 600);
                    IntStream.range(first, ids).forEach(i -> deadlines.put(i, deadline));
                    Priority priority = random.nextInt(3) == 0 ? BULK : INTERACTIVE;
                    Request<Integer> request = new Request<>(lanes.get(random.nextInt(2)), inputs, priority, deadline);
                    if (queue.offer(request, now) instanceof Offer.Accepted yes) {
                        tickets.add(yes.ticket());
                        accepted += size;
                    }
                }
                case 2 -> {
                    Batch<Integer> batch = queue.next(now).orElse(null);
                    if (batch != null) {
                        long time = now;
                        batch.inputs().forEach(input -> {
                            served.merge(input.payload(), 1, Integer::sum);
                            assertThat(deadlines.get(input.payload())).isGreaterThan(time);
                        });
                        assertThat(batch.inputs())
                                .hasSizeBetween(1, batch.lane().maxInputs());
                        assertThat(batch.inputs().size() == 1
                                        || batch.paddedTokens() <= batch.lane().maxTokens())
                                .isTrue();
                        running.add(batch);
                        assertThat(running.stream().filter(other -> other.lane().equals(batch.lane())))
                                .hasSizeLessThanOrEqualTo(batch.lane().maxConcurrent());
                    }
                }
                case 3 -> {
                    if (!running.isEmpty()) {
                        queue.finished(running.remove(random.nextInt(running.size())), now);
                    }
                }
                default -> {
                    if (!tickets.isEmpty() && random.nextInt(2) == 0) {
                        cancelled += queue.cancel(tickets.remove(random.nextInt(tickets.size())));
                    }
                }
            }
            assertThat(queue.backlog().waitingInputs())
                    .isEqualTo(accepted - served.size() - cancelled - queue.expiredInputs());
            assertThat(queue.backlog().runningWork())
                    .isEqualTo(running.stream().mapToLong(Batch::work).sum());
        }
        long end = now;
        running.forEach(batch -> queue.finished(batch, end));
        for (var rest = queue.next(now); rest.isPresent(); rest = queue.next(now)) {
            rest.get().inputs().forEach(input -> served.merge(input.payload(), 1, Integer::sum));
            queue.finished(rest.get(), now);
        }
        assertThat(queue.backlog()).isEqualTo(new Backlog(0, 0, 0));
        assertThat(served.values()).allMatch(times -> times == 1);
        assertThat(served.size() + cancelled + queue.expiredInputs()).isEqualTo(accepted);
        assertThat(List.of(served.size(), cancelled, (int) queue.expiredInputs()))
                .allMatch(count -> count > 500);
    }

    /** Until the queue knows how long a batch takes, no deadline is near. */
    private void learnBatchesOf(long nanos) {
        offer(LANE, "learn", INTERACTIVE, NO_DEADLINE, 10);
        queue.finished(queue.next(0).orElseThrow(), nanos);
    }

    private Ticket offer(Lane lane, String name, Priority priority, long deadline, int... tokens) {
        return ((Offer.Accepted) queue.offer(new Request<>(lane, inputs(name, tokens), priority, deadline), 0))
                .ticket();
    }

    private static List<Input<String>> inputs(String name, int... tokens) {
        return IntStream.of(tokens).mapToObj(each -> new Input<>(name, each, 1)).toList();
    }

    private String next(long now) {
        return queue.next(now).map(SchedulingTest::names).orElse("");
    }

    private String drain() {
        List<String> batches = new ArrayList<>();
        for (String batch = next(0); !batch.isEmpty(); batch = next(0)) {
            batches.add(batch);
        }
        return String.join("; ", batches);
    }

    private static String names(Batch<String> batch) {
        return batch.inputs().stream().map(Input::payload).collect(Collectors.joining(" "));
    }

    private static String lengths(Batch<String> batch) {
        return batch.inputs().stream().map(input -> "" + input.tokens()).collect(Collectors.joining(" "));
    }
}
