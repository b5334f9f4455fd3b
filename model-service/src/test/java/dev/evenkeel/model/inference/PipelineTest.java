package dev.evenkeel.model.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.model.predict.BatchPredictor;
import dev.evenkeel.model.predict.Engine;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.predict.PredictionException;
import dev.evenkeel.model.predict.Tokens;
import dev.evenkeel.model.report.NodeMeters;
import dev.evenkeel.model.report.WorkRate;
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

    @TempDir
    private static Path dir;

    private final Semaphore batches = new Semaphore(1_000_000);
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    private final WorkRate rate = new WorkRate(1);
    private Inference node = pipeline();

    @BeforeEach
    void load() throws IOException {
        node.load();
        sizes.clear();
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
        batches.release(1);
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
        batches.release(1);
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
        assertThatThrownBy(() -> node.run(card(), List.of(ids(5), longText), false))
                .isInstanceOf(InferenceException.InvalidInput.class)
                .hasMessage("input 1 has 600 tokens; m takes at most 512 (or set truncate)");
        assertThat(node.run(card(), List.of(longText), true).tokens()).isEqualTo(512);
    }

    @Test
    void beforeItIsLoadedAndAfterItIsClosedNothingIsTaken() throws Exception {
        try (Inference cold = pipeline()) {
            assertThatThrownBy(() -> cold.run(cold.models().getFirst(), List.of(ids(5)), false))
                    .isInstanceOf(InferenceException.Unavailable.class);
            assertThat(cold.costs()).isEmpty();
        }
        batches.release(10);
        node.close();
        assertThatThrownBy(() -> node.run(card(), List.of(ids(5)), false))
                .isInstanceOf(InferenceException.Unavailable.class);
    }

    @Test
    void aCloseWhileItLoadsWaitsForNothingAndTakesNothingAway() {
        batches.release(1_000_000);
        Semaphore atTheEngine = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        Told told = new Told();
        Inference cold = pipeline(Task.EMBEDDING, "{}", (name, from, output) -> {
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
        assertThat(told.closed).as("its predictor, and itself").hasValue(2);
    }

    @Test
    void anEmbedderWhoseConfigDoesNotSayHowWideItIsIsAsWideAsItsRows() throws Exception {
        assertThat(card().width()).isEqualTo(1);
        try (Inference cold = pipeline()) {
            assertThat(cold.models().getFirst().width()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    EMBEDDING      | {"hidden_size":3}            | its config.json has 3 as hidden_size
                    CLASSIFICATION | {"id2label":{"0":"a","1":"b"}} | its config.json has 2 labels in id2label
                    """)
    void aModelThatIsNotWhatItsConfigSaysIsNotLoaded(Task task, String config, String why) throws Exception {
        batches.release(1_000_000);
        try (Inference wrong = pipeline(task, config)) {
            assertThatThrownBy(wrong::load)
                    .isInstanceOf(IOException.class)
                    .hasMessage("model m gives 1 numbers for an input, but " + why);
        }
    }

    private CompletableFuture<Rows> run(List<ModelInput> inputs) {
        CompletableFuture<Rows> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(node.run(card(), inputs, false));
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
        return pipeline(Task.EMBEDDING, "{\"max_position_embeddings\":512}");
    }

    private Inference pipeline(Task task, String config) {
        return pipeline(task, config, (name, from, output) -> new Told());
    }

    private Inference pipeline(Task task, String config, Engine engine) {
        try {
            Path bundled = Weights.in(dir).folder("m", URI.create("classpath:/models/minibag-embed-256/"));
            Path folder = Files.createTempDirectory(dir, "model");
            Files.copy(bundled.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
            Files.writeString(folder.resolve("config.json"), config);
            ModelSettings settings =
                    new ModelSettings("m", "1", List.of(), task, folder, 8, OptionalInt.empty(), OptionalInt.empty());
            return Inference.of(
                    List.of(settings),
                    () -> engine,
                    1,
                    5_000,
                    new Inference.Clocks(System::nanoTime, () -> 0),
                    rate,
                    () -> new NodeMeters(new SimpleMeterRegistry(), () -> 0, () -> 0));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers the first id of each input, one batch for each permit. */
    private final class Told implements LoadedModel, BatchPredictor {

        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public BatchPredictor newPredictor() {
            return this;
        }

        @Override
        public List<float[]> predict(List<Tokens> inputs) {
            batches.acquireUninterruptibly();
            sizes.add(inputs.size());
            if (inputs.stream().anyMatch(each -> each.ids()[0] == POISON)) {
                throw new PredictionException("told to fail", new IllegalStateException());
            }
            List<float[]> rows =
                    inputs.stream().map(each -> new float[] {each.ids()[0]}).toList();
            return inputs.stream().anyMatch(each -> each.ids()[0] == SHORT_CHANGE)
                    ? rows.subList(1, rows.size())
                    : rows;
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
