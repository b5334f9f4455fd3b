package dev.evenkeel.model.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.batcher.Priority;
import dev.evenkeel.load.measure.WorkRate;
import dev.evenkeel.model.health.Watchdog;
import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.predict.Normalization;
import dev.evenkeel.model.predict.OutputSettings;
import dev.evenkeel.model.predict.Pooling;
import dev.evenkeel.model.predict.PredictionException;
import dev.evenkeel.model.predict.Row;
import dev.evenkeel.model.predict.TensorSettings;
import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.weights.DownloadSettings;
import dev.evenkeel.model.weights.ModelSource;
import dev.evenkeel.model.weights.Weights;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The path with an engine that predicts when it is told to. */
@Timeout(60)
class PipelineTest {

    private static final int POISON = 13;

    /** A batch with it gives a row too few. */
    private static final int SHORT_CHANGE = 14;

    private static final long ORIGIN = System.nanoTime();

    @TempDir
    private static Path dir;

    private final Semaphore batches = new Semaphore(1_000_000);
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    private final WorkRate rate = new WorkRate(1);
    private final Told told = new Told();
    private long watchdogTime;
    private final Watchdog watchdog =
            new Watchdog(new Watchdog.Limits(Duration.ofMillis(500), 20, Duration.ofMinutes(1)), 1, () -> watchdogTime);
    private volatile boolean memoryTight;
    private final Inference node = pipeline();

    @BeforeEach
    void load() throws IOException {
        node.load();
        sizes.clear();
        seen.clear();
        batches.drainPermits();
    }

    @AfterEach
    void close() {
        batches.release(1_000_000);
        node.close();
    }

    @Test
    void aLoneRequestDoesNotWaitForARequestOfThousands() throws Exception {
        CompletableFuture<Rows> many = run(Collections.nCopies(2_048, ids(5)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 2_040);
        CompletableFuture<Rows> lone = run(List.of(ids(7)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 2_041);
        // the batch that runs, and the one that takes the lone input along
        batches.release(2);
        assertThat(lone.get(10, TimeUnit.SECONDS).rows().getFirst()).containsExactly(7);
        assertThat(many).isNotDone();
        assertThat(node.backlog().waitingInputs()).isGreaterThan(2_000);
        batches.release(1_000);
        assertThat(many.get(10, TimeUnit.SECONDS).rows()).hasSize(2_048);
    }

    @Test
    void answersComeBackInTheOrderOfTheInputs() throws Exception {
        batches.release(100);
        List<ModelInput> inputs = new ArrayList<>();
        for (int i = 20; i < 120; i++) {
            inputs.add(ids(i));
        }
        Rows rows = run(inputs).get(10, TimeUnit.SECONDS);
        for (int i = 0; i < 100; i++) {
            assertThat(rows.rows().get(i)).containsExactly(i + 20);
        }
        assertThat(rows.tokens()).isEqualTo(100);
    }

    @Test
    void aFullQueueRefusesAndSaysWhenToTryAgain() {
        CompletableFuture<Rows> inside = run(Collections.nCopies(2_048, ids(5)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() > 0);
        CompletableFuture<Rows> more = null;
        // requests of 500 inputs until the bound is reached
        for (int i = 0; i < 20 && (more == null || !more.isCompletedExceptionally()); i++) {
            int before = node.backlog().waitingInputs();
            CompletableFuture<Rows> next = run(Collections.nCopies(500, ids(5)));
            Awaitility.await().until(() -> next.isDone() || node.backlog().waitingInputs() > before);
            more = next;
        }
        assertThat(more)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.Overloaded.class)
                .matches(e -> e instanceof InferenceException.Overloaded full && full.retryAfterMillis() > 0);
        assertThat(inside).as("what was accepted stays").isNotDone();
    }

    @Test
    void aBatchThatFailsFailsItsRequestsAloneAndLeavesNothingBehind() throws Exception {
        List<ModelInput> poisoned = new ArrayList<>(Collections.nCopies(100, ids(5)));
        poisoned.set(3, ids(POISON));
        CompletableFuture<Rows> failing = run(poisoned);
        Awaitility.await().until(() -> node.backlog().waitingInputs() > 0);
        // once together, and each alone
        batches.release(9);
        assertThat(failing)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.EngineFailed.class);
        batches.release(20);
        assertThat(run(List.of(ids(6))).get(10, TimeUnit.SECONDS).rows()).hasSize(1);
        Awaitility.await().until(() -> node.backlog().work() == 0);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum())
                .as("most of the failed request was never predicted")
                .isLessThan(40);
    }

    @Test
    void aBatchThatGivesTooFewRowsFailsItsRequests() {
        CompletableFuture<Rows> failing = run(List.of(ids(5), ids(SHORT_CHANGE)));
        batches.release(3);
        assertThat(failing)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.EngineFailed.class);
    }

    @Test
    void batchesAreFullWhenThereIsEnough() throws Exception {
        CompletableFuture<Rows> many = run(Collections.nCopies(64, ids(5)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 56);
        batches.release(8);
        many.get(10, TimeUnit.SECONDS);
        assertThat(sizes).containsOnly(8).hasSize(8);
    }

    @Test
    void whatIsTooLongIsRefusedOrCut() throws Exception {
        batches.release(10);
        ModelInput longText = new ModelInput.Text("word ".repeat(600));
        assertThatThrownBy(() -> node.run(card(), List.of(ids(5), longText), options(false)))
                .isInstanceOf(InferenceException.InvalidInput.class)
                .hasMessage("input 1 has 600 tokens; m takes at most 512 (or set truncate)");
        assertThat(node.run(card(), List.of(longText), options(true)).tokens()).isEqualTo(512);
    }

    @Test
    void beforeItIsLoadedAndAfterItIsClosedNothingIsTaken() throws Exception {
        ModelCard card = card();
        try (Inference cold = pipeline()) {
            assertThat(cold.models()).isEmpty();
            assertThat(cold.costs()).isEmpty();
            assertThatThrownBy(() -> cold.run(card, List.of(ids(5)), options(false)))
                    .isInstanceOf(InferenceException.Unavailable.class);
        }
        batches.release(10);
        node.close();
        assertThatThrownBy(() -> node.run(card, List.of(ids(5)), options(false)))
                .isInstanceOf(InferenceException.Unavailable.class);
    }

    @Test
    void aRequestWhoseTimeIsOverIsToldAndNeverPredicted() throws Exception {
        CompletableFuture<Rows> running = run(List.of(ids(5)));
        Awaitility.await()
                .until(() ->
                        node.backlog().waitingInputs() == 0 && node.backlog().work() > 0);
        CompletableFuture<Rows> late = run(
                List.of(ids(6)), new RunOptions(false, Priority.INTERACTIVE, Duration.ofMillis(50), Optional.empty()));
        assertThat(late)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.DeadlineExceeded.class)
                .withMessage("There was no answer within the request's 50 ms.");
        batches.release(10);
        running.get(10, TimeUnit.SECONDS);
        run(List.of(ids(7))).get(10, TimeUnit.SECONDS);
        assertThat(seen).as("predicted").doesNotContain(6);
    }

    @Test
    void aRequestThatIsCancelledByItsIdLeavesTheQueue() throws Exception {
        CompletableFuture<Rows> running = run(List.of(ids(5)));
        Awaitility.await()
                .until(() ->
                        node.backlog().waitingInputs() == 0 && node.backlog().work() > 0);
        CompletableFuture<Rows> gone = run(
                Collections.nCopies(100, ids(6)),
                new RunOptions(false, Priority.INTERACTIVE, Duration.ofMinutes(1), Optional.of("r-1")));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 100);
        assertThat(node.cancel("r-2")).isZero();
        assertThat(node.cancel("r-1")).isEqualTo(1);
        assertThat(gone)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.Cancelled.class);
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 0);
        batches.release(10);
        running.get(10, TimeUnit.SECONDS);
        assertThat(seen).as("predicted").doesNotContain(6);
        assertThat(node.cancel("r-1")).as("nothing of it stays behind").isZero();
    }

    @Test
    void bulkWaitsForWhatIsInteractive() throws Exception {
        CompletableFuture<Rows> running = run(List.of(ids(5)));
        Awaitility.await()
                .until(() ->
                        node.backlog().waitingInputs() == 0 && node.backlog().work() > 0);
        CompletableFuture<Rows> bulk = run(
                Collections.nCopies(8, ids(6)),
                new RunOptions(false, Priority.BULK, Duration.ofMinutes(1), Optional.empty()));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 8);
        CompletableFuture<Rows> first = run(Collections.nCopies(8, ids(7)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 16);
        batches.release(2);
        running.get(10, TimeUnit.SECONDS);
        first.get(10, TimeUnit.SECONDS);
        assertThat(bulk).isNotDone();
        batches.release(1);
        bulk.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aPredictionThatDoesNotComeBackIsGivenUpAndAnotherWorkerGoesOn() throws Exception {
        CompletableFuture<Rows> stuck = run(List.of(ids(5)));
        Awaitility.await()
                .until(() ->
                        node.backlog().waitingInputs() == 0 && node.backlog().work() > 0);
        CompletableFuture<Rows> behind = run(List.of(ids(6)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 1);
        lookUntilStalled();
        assertThat(stuck)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.EngineFailed.class)
                .withMessage("The engine did not come back from this request.");
        assertThat(watchdog.stalled()).isTrue();
        // two wait for a permit now: the one that is stuck, and the one that replaces it, which is tried out first
        batches.release(3);
        assertThat(behind.get(10, TimeUnit.SECONDS).rows().getFirst()).containsExactly(6);
        Awaitility.await().untilAsserted(() -> {
            look();
            assertThat(watchdog.stalled()).as("it came back in the end").isFalse();
        });
        batches.release(1);
        assertThat(run(List.of(ids(7))).get(10, TimeUnit.SECONDS).rows()).hasSize(1);
        assertThat(node.backlog().work()).isZero();
    }

    @Test
    void aNodeWithAStuckPredictionStillCloses() {
        CompletableFuture<Rows> stuck = run(List.of(ids(5)));
        Awaitility.await()
                .until(() ->
                        node.backlog().waitingInputs() == 0 && node.backlog().work() > 0);
        lookUntilStalled();
        assertThat(stuck).failsWithin(Duration.ofSeconds(5));
        assertThat(CompletableFuture.runAsync(node::close)).succeedsWithin(Duration.ofSeconds(10));
        assertThat(told.closed).as("the model, which a native call still uses").hasValue(0);
    }

    @Test
    void requestsAreCountedToo() {
        assertThat(node.refusal(20)).isEmpty();
        assertThat(node.refusal(21)).containsInstanceOf(InferenceException.Overloaded.class);
    }

    @Test
    void whoSharesABatchWithAnInputThatFailsIsAnsweredAllTheSame() throws Exception {
        CompletableFuture<Rows> running = run(List.of(ids(5)));
        Awaitility.await()
                .until(() ->
                        node.backlog().waitingInputs() == 0 && node.backlog().work() > 0);
        CompletableFuture<Rows> innocent = run(List.of(ids(6)));
        CompletableFuture<Rows> poison = run(List.of(ids(POISON)));
        Awaitility.await().until(() -> node.backlog().waitingInputs() == 2);
        batches.release(10);
        running.get(10, TimeUnit.SECONDS);
        assertThat(innocent.get(10, TimeUnit.SECONDS).rows().getFirst()).containsExactly(6);
        assertThat(poison).failsWithin(Duration.ofSeconds(5));
    }

    @Test
    void aNodeShortOfMemoryRefusesAndTakesRequestsAgainAfterwards() throws Exception {
        batches.release(10);
        memoryTight = true;
        assertThat(run(List.of(ids(5))))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.Overloaded.class)
                .withMessage("The node's memory is nearly full; try again in 1000 ms.");
        assertThat(node.refusal(1)).isPresent();
        memoryTight = false;
        assertThat(node.refusal(1)).isEmpty();
        assertThat(run(List.of(ids(5))).get(10, TimeUnit.SECONDS).rows()).hasSize(1);
    }

    @Test
    void aRequestWhoseAnswerIsTooLargeForMemoryIsRefusedByItself() {
        assertThatThrownBy(() -> node.run(card(), Collections.nCopies(40_000, ids(5)), options(false)))
                .isInstanceOf(InferenceException.TooLarge.class)
                .hasMessageContaining("at most 1000000 are given to one request: send 20833 inputs at once");
    }

    @Test
    void aModelThatIsNotRequiredAndIsBrokenIsLeftOut() throws Exception {
        batches.release(1_000_000);
        ModelSettings good = settings("good", folder("{}"), Task.EMBEDDING, true);
        ModelSettings broken = settings("broken", dir.resolve("nowhere"), Task.EMBEDDING, false);
        try (Inference both = pipeline(List.of(broken, good), (model, from) -> new Told())) {
            both.load();
            assertThat(both.models()).extracting(ModelCard::name).containsExactly("good");
        }
        ModelSettings needed = settings("needed", dir.resolve("nowhere"), Task.EMBEDDING, true);
        try (Inference neither = pipeline(List.of(good, needed), (model, from) -> new Told())) {
            assertThatThrownBy(neither::load).isInstanceOf(IOException.class).hasMessageContaining("needed");
        }
        try (Inference none = pipeline(List.of(broken), (model, from) -> new Told())) {
            assertThatThrownBy(none::load)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("none of the models could be loaded");
        }
    }

    @Test
    void aCloseWhileItLoadsWaitsForNothingAndTakesNothingAway() {
        batches.release(1_000_000);
        Semaphore atTheEngine = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        Inference cold = pipeline((model, from) -> {
            atTheEngine.release();
            goOn.acquireUninterruptibly();
            return told;
        });
        CompletableFuture<Void> loaded = CompletableFuture.runAsync(
                () -> {
                    try {
                        cold.load();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Thread::startVirtualThread);
        atTheEngine.acquireUninterruptibly();
        cold.close();
        assertThat(told.closed).hasValue(0);
        goOn.release();
        assertThat(loaded)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferenceException.Unavailable.class);
        assertThat(told.closed).as("the model").hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    CLASSIFICATION | {"id2label":{"0":"a","1":"b"}} | m gives 1 numbers for an input, but its config.json has 2 labels in id2label
                    CLASSIFICATION | {}                             | m classifies, but its config.json has no id2label
                    """)
    void aModelThatIsNotWhatItsConfigSaysIsNotLoaded(Task task, String config, String why) throws Exception {
        batches.release(1_000_000);
        try (Inference wrong =
                pipeline(List.of(settings("m", folder(config), task, true)), (model, from) -> new Told())) {
            assertThatThrownBy(wrong::load).isInstanceOf(IOException.class).hasMessage("model " + why);
        }
    }

    /** And not a look further: whoever took the place of the stuck one has all its time before it. */
    private void lookUntilStalled() {
        for (int looks = 0; looks < 10_000 && !watchdog.stalled(); looks++) {
            look();
        }
        assertThat(watchdog.stalled()).isTrue();
    }

    private void look() {
        watchdogTime += Watchdog.INTERVAL.toNanos();
        watchdog.look();
    }

    private static RunOptions options(boolean truncate) {
        return new RunOptions(truncate, Priority.INTERACTIVE, Duration.ofMinutes(1), Optional.empty());
    }

    private CompletableFuture<Rows> run(List<ModelInput> inputs) {
        return run(inputs, options(false));
    }

    private CompletableFuture<Rows> run(List<ModelInput> inputs, RunOptions options) {
        CompletableFuture<Rows> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(node.run(card(), inputs, options));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private ModelCard card() {
        return node.models().getFirst();
    }

    private static ModelInput ids(int id) {
        return new ModelInput.Ids(List.of(id));
    }

    private Inference pipeline() {
        return pipeline((model, from) -> told);
    }

    private Inference pipeline(Inference.Engines engines) {
        return pipeline(
                List.of(settings("m", folder("{\"max_position_embeddings\":512}"), Task.EMBEDDING, true)), engines);
    }

    private Inference pipeline(List<ModelSettings> models, Inference.Engines engines) {
        return Inference.of(
                new Inference.Settings(models, 1, 5_000, 20, 1_000_000),
                new Inference.Parts(
                        Weights.in(dir, DownloadSettings.DEFAULT, System::nanoTime),
                        engines,
                        new Inference.Clocks(() -> System.nanoTime() - ORIGIN, () -> 0),
                        rate,
                        watchdog,
                        () -> memoryTight,
                        () -> new NodeMeters(new SimpleMeterRegistry(), "test")));
    }

    private static ModelSettings settings(String name, Path folder, Task task, boolean required) {
        return new ModelSettings(
                new ModelSource(name, folder.toUri(), Optional.empty()),
                "1",
                List.of(),
                task,
                Optional.empty(),
                new OutputSettings(Pooling.AUTO, Normalization.AUTO),
                TensorSettings.NONE,
                8,
                4_096,
                OptionalInt.empty(),
                1,
                required);
    }

    /** A model's folder as far as others than the engine read it. */
    private static Path folder(String config) {
        try {
            Path bundled = Weights.in(dir, DownloadSettings.DEFAULT, System::nanoTime)
                    .folder(new ModelSource("m", URI.create("classpath:/models/minibag-embed-256/"), Optional.empty()));
            Path folder = Files.createTempDirectory(dir, "model");
            Files.copy(bundled.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
            Files.writeString(folder.resolve("config.json"), config);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers the first id of each input, one batch for each permit. */
    private final class Told implements LoadedModel, BatchPredictor {

        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public EngineKind engine() {
            return EngineKind.PYTORCH;
        }

        @Override
        public BatchPredictor newPredictor() {
            return new Told();
        }

        @Override
        public List<Row> predict(List<? extends Example> examples) {
            List<Tokens> inputs = examples.stream().map(Tokens.class::cast).toList();
            batches.acquireUninterruptibly();
            sizes.add(inputs.size());
            inputs.forEach(input -> seen.add(input.ids()[0]));
            if (inputs.stream().anyMatch(input -> input.ids()[0] == POISON)) {
                throw new PredictionException("told to fail", new IllegalStateException());
            }
            List<Row> rows = inputs.stream()
                    .map(input -> new Row(new float[] {input.ids()[0]}))
                    .toList();
            return inputs.stream().anyMatch(input -> input.ids()[0] == SHORT_CHANGE)
                    ? rows.subList(1, rows.size())
                    : rows;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
