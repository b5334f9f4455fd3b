package dev.evenkeel.model.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Both engines, in one process, on tiny models whose answers make_models.py wrote down. */
@Timeout(120)
class EngineTest {

    private static final Path MODELS = Path.of("src/test/resources/models");
    private static final double CLOSE = 1e-5;
    private static final Engine ENGINE = Engine.byFile(Path.of("target/weights/djl"), 1);
    private static final List<JsonNode> EXPECTED = expected();

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({
        "encoder, mean_normalised",
        "encoder-onnx, mean_normalised",
        "encoder-cls, cls",
        "cross-encoder, logit",
    })
    void aFolderAsItIsGivesTheRowsItWasMadeFor(String folder, String row) throws IOException {
        check(MODELS.resolve(folder), OutputSettings.AUTO, row);
    }

    @Test
    void aCrossEncoderInOnnxTakesItsSegmentsByName() throws IOException {
        Path folder = copy("cross-encoder");
        Files.delete(folder.resolve("model.pt"));
        check(folder, OutputSettings.AUTO, "logit");
    }

    @ParameterizedTest
    @CsvSource({
        "encoder, MEAN, NO, mean",
        "encoder, MAX, NO, max",
        "encoder, CLS, NO, cls",
        "encoder, LAST, NO, last",
        "encoder-onnx, MEAN, NO, mean",
        "encoder-onnx, MAX, NO, max",
        "encoder-onnx, LAST, NO, last",
        "encoder-cls, MEAN, YES, mean_normalised",
    })
    void settingsGoBeforeTheFolder(String folder, Pooling pooling, Normalization normalize, String row)
            throws IOException {
        check(MODELS.resolve(folder), new OutputSettings(pooling, normalize), row);
    }

    @Test
    void tokenVectorsOfWhichNothingIsSaidAreAveragedAndNormalised() throws IOException {
        Path folder = copy("encoder");
        Files.delete(folder.resolve("modules.json"));
        check(folder, OutputSettings.AUTO, "mean_normalised");
    }

    @ParameterizedTest
    @ValueSource(strings = {"any.pt", "model.onnx", "onnx/model.onnx", "any.onnx"})
    void theModelIsFoundUnderEachOfItsNames(String name) throws IOException {
        String source = name.endsWith(".pt") ? "encoder/model.pt" : "encoder-onnx/onnx/model.onnx";
        Files.createDirectories(dir.resolve(name).getParent());
        Files.copy(MODELS.resolve(source), dir.resolve(name));
        check(dir, OutputSettings.AUTO, "mean_normalised");
    }

    @ParameterizedTest
    @ValueSource(strings = {"encoder", "encoder-onnx"})
    void predictorsOfOneModelRunSideBySide(String folder) throws IOException {
        try (LoadedModel model = ENGINE.load("m", MODELS.resolve(folder), OutputSettings.AUTO)) {
            List<Integer> wrong = IntStream.range(0, 4)
                    .parallel()
                    .filter(thread -> {
                        try (BatchPredictor predictor = model.newPredictor()) {
                            for (int i = 0; i < 50; i++) {
                                compare(predictor.predict(inputs()), "mean_normalised");
                            }
                        }
                        return false;
                    })
                    .boxed()
                    .toList();
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void moreThreadsGiveTheSameRows() throws IOException {
        Engine two = Engine.onnxRuntime(Path.of("target/weights/djl"), 2);
        try (LoadedModel model = two.load("m", MODELS.resolve("encoder-onnx"), OutputSettings.AUTO);
                BatchPredictor predictor = model.newPredictor()) {
            compare(predictor.predict(inputs()), "mean_normalised");
        }
    }

    @Test
    void thePaddingIdIsTheConfigs() throws IOException {
        // an id beyond the vocabulary makes the embedding fail, so it was used, and only for padding
        Path folder = copy("encoder");
        Files.writeString(folder.resolve("config.json"), "{\"pad_token_id\":100000}");
        try (LoadedModel model = ENGINE.load("m", folder, OutputSettings.AUTO);
                BatchPredictor predictor = model.newPredictor()) {
            assertThat(predictor.predict(List.of(Tokens.of(2, 3)))).hasSize(1);
            assertThatThrownBy(() -> predictor.predict(List.of(Tokens.of(2, 3), Tokens.of(2, 5, 3))))
                    .isInstanceOf(PredictionException.class)
                    .hasMessage("the engine failed on a batch of 2");
        }
    }

    @Test
    void aFolderWithoutAModelIsNamed() {
        refused(dir, OutputSettings.AUTO, "model m: " + dir + " has neither a model.pt nor a model.onnx");
    }

    @Test
    void oneOfTwoFilesIsNotGuessed() throws IOException {
        Files.writeString(dir.resolve("a.pt"), "");
        Files.writeString(dir.resolve("b.pt"), "");
        refused(dir, OutputSettings.AUTO, "model m: " + dir + " has 2 *.pt files; name the one to serve model.pt");
    }

    @ParameterizedTest
    @CsvSource({"model.pt, is no TorchScript model", "model.onnx, cannot be loaded by OnnxRuntime"})
    void aBrokenFileIsNamed(String file, String why) throws IOException {
        Files.writeString(dir.resolve(file), "broken");
        assertThatThrownBy(() -> ENGINE.load("m", dir, OutputSettings.AUTO))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("model m: " + dir.resolve(file) + " " + why);
    }

    @Test
    void rowsAreNotPooledAndTokenVectorsAreNotRows() {
        refused(
                MODELS.resolve("cross-encoder"),
                new OutputSettings(Pooling.MEAN, Normalization.AUTO),
                "model m gives rows, which cannot be pooled by MEAN; set pooling to auto or none");
        refused(
                MODELS.resolve("encoder"),
                new OutputSettings(Pooling.NONE, Normalization.AUTO),
                "model m gives token vectors, so pooling cannot be none; set it to auto, mean, cls, max or last");
    }

    @Test
    void aPoolingThatIsNotKnownIsRefused() throws IOException {
        Path folder = copy("encoder");
        Path config = folder.resolve("1_Pooling/config.json");
        Files.writeString(config, "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":true}");
        assertThatThrownBy(() -> ENGINE.load("m", folder, OutputSettings.AUTO))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("model m: " + config
                        + " sets [pooling_mode_cls_token, pooling_mode_mean_tokens]; it may set one of ");
    }

    @Test
    void aLayerBesideTheModelIsNotSkippedInSilence() throws IOException {
        Path folder = copy("encoder");
        Files.writeString(folder.resolve("modules.json"), "[{\"type\":\"sentence_transformers.models.Dense\"}]");
        refused(
                folder,
                OutputSettings.AUTO,
                "model m gives token vectors, but its modules.json has [sentence_transformers.models.Dense], which only the"
                        + " model itself can apply; export it with them");
    }

    @Test
    void theModelThatNeverEndsAnswersOtherwise() throws IOException {
        try (LoadedModel model = ENGINE.load("m", MODELS.resolve("blocking"), OutputSettings.AUTO);
                BatchPredictor predictor = model.newPredictor()) {
            assertThat(predictor.predict(List.of(Tokens.of(2, 5, 3), Tokens.of(2))))
                    .satisfiesExactly(
                            row -> assertThat(((Row) row).numbers()).containsExactly(3),
                            row -> assertThat(((Row) row).numbers()).containsExactly(1));
        }
    }

    /** Each input alone, and all in one ragged batch. */
    private static void check(Path folder, OutputSettings output, String row) throws IOException {
        try (LoadedModel model = ENGINE.load("m", folder, output);
                BatchPredictor predictor = model.newPredictor()) {
            List<Prediction> alone = new ArrayList<>();
            inputs().forEach(input -> alone.addAll(predictor.predict(List.of(input))));
            compare(alone, row);
            compare(predictor.predict(inputs()), row);
        }
    }

    private static void compare(List<? extends Prediction> rows, String row) {
        assertThat(rows).hasSameSizeAs(EXPECTED);
        for (int i = 0; i < rows.size(); i++) {
            JsonNode numbers = EXPECTED.get(i).path(row);
            float[] found = ((Row) rows.get(i)).numbers();
            assertThat(found).hasSize(numbers.size());
            for (int j = 0; j < numbers.size(); j++) {
                assertThat((double) found[j]).isCloseTo(numbers.get(j).doubleValue(), within(CLOSE));
            }
        }
    }

    private static void refused(Path folder, OutputSettings output, String why) {
        assertThatThrownBy(() -> ENGINE.load("m", folder, output))
                .isInstanceOf(IOException.class)
                .hasMessage(why);
    }

    private static List<Tokens> inputs() {
        return EXPECTED.stream()
                .map(each -> new Tokens(
                        each.path("ids")
                                .valueStream()
                                .mapToInt(JsonNode::intValue)
                                .toArray(),
                        each.path("second").intValue()))
                .toList();
    }

    private static List<JsonNode> expected() {
        return JsonMapper.builder()
                .build()
                .readTree(MODELS.resolve("expected.json").toFile())
                .valueStream()
                .toList();
    }

    private Path copy(String folder) throws IOException {
        Path source = MODELS.resolve(folder);
        List<Path> files;
        try (var walk = Files.walk(source)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path to = dir.resolve(source.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
        }
        return dir;
    }
}
