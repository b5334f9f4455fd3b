package dev.evenkeel.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tensor models of both engines, on tiny ones whose answers make_models.py wrote down. */
@Timeout(120)
class TensorModelTest {

    private static final Path MODELS = Path.of("src/test/resources/models");
    private static final Engine ENGINE = Engine.byFile(Path.of("target/weights/djl"), 1);
    private static final TensorSpec FEATURES = new TensorSpec("features", Datatype.FP32, List.of(-1L, 3L));
    private static final TensorSpec FLAGS = new TensorSpec("flags", Datatype.INT64, List.of(-1L, 4L));
    private static final TensorSettings MIXER = new TensorSettings(List.of(FLAGS, FEATURES), List.of());
    private static final List<JsonNode> EXPECTED = JsonMapper.builder()
            .build()
            .readTree(MODELS.resolve("tensors.json").toFile())
            .valueStream()
            .toList();

    @ParameterizedTest
    @ValueSource(strings = {"mixer", "mixer-onnx"})
    void rowsOfSeveralRequestsInOneCallAreAnsweredAsEachAlone(String folder) throws IOException {
        try (TensorModel model = mixer(folder);
                BatchPredictor predictor = model.newPredictor()) {
            assertThat(model.sharesCalls()).isTrue();
            List<Tensors> requests =
                    EXPECTED.stream().map(TensorModelTest::request).toList();
            List<Prediction> alone = new ArrayList<>();
            requests.forEach(request -> alone.addAll(predictor.predict(List.of(request))));
            compare(alone);
            compare(predictor.predict(requests));
        }
    }

    @Test
    void onnxSaysItsTensorsItself() throws IOException {
        try (TensorModel model = mixer("mixer-onnx")) {
            assertThat(model.engine()).isEqualTo(EngineKind.ONNXRUNTIME);
            assertThat(model.inputs()).containsExactly(FEATURES, FLAGS);
            assertThat(model.outputs())
                    .containsExactly(
                            new TensorSpec("mixed", Datatype.FP32, List.of(-1L, 2L)),
                            new TensorSpec("count", Datatype.INT64, List.of(-1L)));
        }
    }

    @Test
    void outputsOfTorchScriptAreFoundByATryAndCounted() throws IOException {
        try (TensorModel model = mixer("mixer")) {
            assertThat(model.engine()).isEqualTo(EngineKind.PYTORCH);
            assertThat(model.inputs()).as("in the order of forward").containsExactly(FEATURES, FLAGS);
            assertThat(model.outputs())
                    .containsExactly(
                            new TensorSpec("output0", Datatype.FP32, List.of(-1L, 2L)),
                            new TensorSpec("output1", Datatype.INT64, List.of(-1L)));
        }
    }

    @Test
    void aModelWhoseOutputsOtherDimensionsFollowItsRowsIsCalledForEachRequest() throws IOException {
        TensorSettings settings = new TensorSettings(
                List.of(
                        new TensorSpec("left", Datatype.FP64, List.of(-1L, 2L)),
                        new TensorSpec("right", Datatype.FP64, List.of(-1L, 2L))),
                List.of(new TensorSpec("products", Datatype.FP64, List.of(-1L, -1L))));
        try (TensorModel model = ENGINE.loadTensors("m", MODELS.resolve("pairwise"), settings);
                BatchPredictor predictor = model.newPredictor()) {
            assertThat(model.sharesCalls()).isFalse();
            List<Double> both = new ArrayList<>();
            Tensors one = new Tensors(List.of(doubles("left", 1, 2), doubles("right", 3, 4)));
            Tensors two = new Tensors(List.of(doubles("left", 5, 6), doubles("right", 7, 8)));
            predictor.predict(List.of(one, two)).forEach(answer -> {
                Tensor products = ((Tensors) answer).tensors().getFirst();
                assertThat(products.shape()).containsExactly(1L, 1L);
                assertThat(products.name()).isEqualTo("products");
                both.add(products.data().getDouble());
            });
            assertThat(both).containsExactly(11.0, 83.0);
        }
    }

    @Test
    void aShapeWithoutAFreeDimensionIsServedAlone() throws IOException {
        TensorSettings settings =
                new TensorSettings(List.of(new TensorSpec("picture", Datatype.UINT8, List.of(2L, 3L))), List.of());
        try (TensorModel model = ENGINE.loadTensors("m", MODELS.resolve("fixed"), settings);
                BatchPredictor predictor = model.newPredictor()) {
            assertThat(model.sharesCalls()).isFalse();
            assertThat(model.outputs()).containsExactly(new TensorSpec("output0", Datatype.UINT8, List.of(2L, 3L)));
            ByteBuffer picture = ByteBuffer.wrap(new byte[] {1, 2, 3, -3, -2, -1});
            Tensors request = new Tensors(List.of(new Tensor("picture", Datatype.UINT8, List.of(2L, 3L), picture)));
            for (Prediction answer : predictor.predict(List.of(request, request))) {
                byte[] flipped = new byte[6];
                ((Tensors) answer).tensors().getFirst().data().get(flipped);
                assertThat(flipped).containsExactly(-3, -2, -1, 1, 2, 3);
            }
        }
    }

    @Test
    void whatNeitherFileNorConfigurationSaysIsAskedFor() {
        refused(
                "mixer",
                new TensorSettings(List.of(FEATURES), List.of()),
                "model m takes flags, of which its file says"
                        + " neither datatype nor shape; configure it in evenkeel.models[].inputs");
    }

    @Test
    void anInputThatTheModelDoesNotHaveIsNamed() {
        TensorSpec other = new TensorSpec("other", Datatype.FP32, List.of(-1L));
        TensorSettings settings = new TensorSettings(List.of(other), List.of());
        String why = "model m: evenkeel.models[].inputs has other; the model has features, flags";
        refused("mixer", settings, why);
        refused("mixer-onnx", settings, why);
    }

    @Test
    void anInputThatContradictsTheFileIsNamed() {
        TensorSpec ints = new TensorSpec("features", Datatype.INT32, List.of(-1L, 3L));
        refused(
                "mixer-onnx",
                new TensorSettings(List.of(ints), List.of()),
                "model m is configured to take features INT32 [-1, 3]; its file says features FP32 [-1, 3]");
    }

    @Test
    void outputsThatTheModelDoesNotGiveAreNamed() {
        TensorSpec wrong = new TensorSpec("mixed", Datatype.FP64, List.of(-1L, 2L));
        refused(
                "mixer",
                new TensorSettings(MIXER.inputs(), List.of(wrong)),
                "model m is declared to give [mixed FP64 [-1, 2]], but gives [FP32 [1, 2], INT64 [1]] for zeros in"
                        + " [features FP32 [-1, 3], flags INT64 [-1, 4]]");
    }

    @Test
    void aShapeThatTheModelCannotTakeIsNamed() {
        TensorSpec wide = new TensorSpec("features", Datatype.FP32, List.of(-1L, 5L));
        refused(
                "mixer",
                new TensorSettings(List.of(wide, FLAGS), List.of()),
                "model m fails on zeros in [features FP32 [-1, 5], flags INT64 [-1, 4]] with free dimensions of 1; if that"
                        + " is not what it takes, configure evenkeel.models[].inputs and outputs");
    }

    @Test
    void aDatatypeThatTheEngineCannotBeGivenIsNamed() {
        TensorSpec wide = new TensorSpec("features", Datatype.UINT32, List.of(-1L, 3L));
        assertThatThrownBy(() -> ENGINE.loadTensors(
                        "m", MODELS.resolve("mixer"), new TensorSettings(List.of(wide, FLAGS), List.of())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("model m has input features UINT32 [-1, 3]; PyTorch is given BOOL, INT8, ");
    }

    private static void refused(String folder, TensorSettings settings, String why) {
        assertThatThrownBy(() -> ENGINE.loadTensors("m", MODELS.resolve(folder), settings))
                .isInstanceOf(IOException.class)
                .hasMessage(why);
    }

    private static TensorModel mixer(String folder) throws IOException {
        return ENGINE.loadTensors("m", MODELS.resolve(folder), folder.endsWith("-onnx") ? TensorSettings.NONE : MIXER);
    }

    private static Tensors request(JsonNode expected) {
        long rows = expected.path("rows").longValue();
        ByteBuffer features = ByteBuffer.allocate((int) rows * 3 * 4).order(ByteOrder.LITTLE_ENDIAN);
        expected.path("features").forEach(row -> row.forEach(number -> features.putFloat(number.floatValue())));
        ByteBuffer flags = ByteBuffer.allocate((int) rows * 4 * 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.path("flags").forEach(row -> row.forEach(number -> flags.putLong(number.longValue())));
        return new Tensors(List.of(
                new Tensor("features", Datatype.FP32, List.of(rows, 3L), features.flip()),
                new Tensor("flags", Datatype.INT64, List.of(rows, 4L), flags.flip())));
    }

    private static Tensor doubles(String name, double first, double second) {
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(first).putDouble(second);
        return new Tensor(name, Datatype.FP64, List.of(1L, 2L), data.flip());
    }

    private static void compare(List<? extends Prediction> answers) {
        assertThat(answers).hasSameSizeAs(EXPECTED);
        for (int i = 0; i < answers.size(); i++) {
            long rows = EXPECTED.get(i).path("rows").longValue();
            Tensor mixed = ((Tensors) answers.get(i)).tensors().getFirst();
            Tensor count = ((Tensors) answers.get(i)).tensors().getLast();
            assertThat(mixed.shape()).containsExactly(rows, 2L);
            assertThat(count.shape()).containsExactly(rows);
            ByteBuffer numbers = mixed.data();
            EXPECTED.get(i)
                    .path("mixed")
                    .forEach(number ->
                            assertThat((double) numbers.getFloat()).isCloseTo(number.doubleValue(), within(1e-5)));
            ByteBuffer counts = count.data();
            EXPECTED.get(i)
                    .path("count")
                    .forEach(number -> assertThat(counts.getLong()).isEqualTo(number.longValue()));
        }
    }
}
