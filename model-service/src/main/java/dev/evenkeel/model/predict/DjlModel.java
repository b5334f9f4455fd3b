package dev.evenkeel.model.predict;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A model of any of DJL's engines. */
final class DjlModel implements LoadedModel {

    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String SEGMENTS = "token_type_ids";

    /** Outputs by preference, of a model that names several. */
    private static final List<String> OUTPUTS = List.of("sentence_embedding", "logits", "last_hidden_state");

    private final EngineKind engine;
    private final Model model;
    private final Padding padding;
    private final Head head;

    private DjlModel(EngineKind engine, Model model, Padding padding, Head head) {
        this.engine = engine;
        this.model = model;
        this.padding = padding;
        this.head = head;
    }

    /** Loads a file; {@code inputs} tells the names of what the loaded model takes, in its order. */
    static LoadedModel load(
            String engine,
            String name,
            Path folder,
            Path file,
            String stem,
            Map<String, String> options,
            OutputSettings output,
            Function<Model, List<String>> inputs)
            throws IOException {
        FolderFiles files = FolderFiles.read(name, folder);
        Model model = open(engine, name, file, stem, options);
        boolean loaded = false;
        try {
            List<String> names = inputs.apply(model);
            if (!names.contains(IDS) || !List.of(IDS, MASK, SEGMENTS).containsAll(names)) {
                throw new IOException("model " + name + ": " + file + " takes " + names + "; it may take " + IDS + ", "
                        + MASK + " and " + SEGMENTS);
            }
            Padding padding = new Padding(names, files.padId());
            Head head = Head.of(name, files, output, tried(name, file, model, padding));
            loaded = true;
            return new DjlModel(EngineKind.valueOf(engine.toUpperCase(Locale.ROOT)), model, padding, head);
        } finally {
            if (!loaded) {
                model.close();
            }
        }
    }

    /** The file in memory. */
    static Model open(String engine, String name, Path file, String stem, Map<String, String> options)
            throws IOException {
        if (!ai.djl.engine.Engine.hasEngine(engine)) {
            throw new IOException("model " + name + ": " + file + " needs DJL's " + engine
                    + " engine, which is not on the class path");
        }
        Model model = Model.newInstance(name, Device.cpu(), engine);
        boolean loaded = false;
        try {
            model.load(Objects.requireNonNull(file.getParent()), stem, options);
            loaded = true;
            return model;
        } catch (MalformedModelException | EngineException e) {
            throw new IOException("model " + name + ": " + file + " cannot be loaded by " + engine, e);
        } finally {
            if (!loaded) {
                model.close();
            }
        }
    }

    /** The output's shape for two rows. */
    private static Shape tried(String name, Path file, Model model, Padding padding) throws IOException {
        List<Tokens> two = List.of(Tokens.of(0, 0), Tokens.of(0, 0));
        Shape shape;
        try (Predictor<List<Tokens>, Output> predictor = model.newPredictor(padding)) {
            shape = predictor.predict(two).shape();
        } catch (TranslateException | RuntimeException e) {
            throw new IOException(
                    "model " + name + ": " + file + " fails on two rows of two tokens with inputs " + padding.names(),
                    e);
        }
        if (shape.dimension() == 0 || shape.get(0) != two.size()) {
            throw new IOException("model " + name + ": " + file + " gives " + shape
                    + " for two rows; it should give one row for each");
        }
        return shape;
    }

    @Override
    public EngineKind engine() {
        return engine;
    }

    @Override
    public BatchPredictor newPredictor() {
        return new DjlPredictor(model.newPredictor(padding), head);
    }

    @Override
    public void close() {
        model.close();
    }

    private record DjlPredictor(Predictor<List<Tokens>, Output> predictor, Head head) implements BatchPredictor {

        @Override
        public List<Row> predict(List<? extends Example> inputs) {
            List<Tokens> tokens = inputs.stream().map(Tokens.class::cast).toList();
            try {
                Output output = predictor.predict(tokens);
                return head.rows(output.numbers(), output.shape(), tokens).stream()
                        .map(Row::new)
                        .toList();
            } catch (TranslateException | EngineException | IllegalStateException e) {
                throw new PredictionException("the engine failed on a batch of " + inputs.size(), e);
            }
        }

        @Override
        public void close() {
            predictor.close();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Output(float[] numbers, Shape shape) {}

    /** Pads with the model's padding id and masks it away. Arrays belong to the call's manager; on the model's they would leak. */
    private record Padding(List<String> names, long padId) implements NoBatchifyTranslator<List<Tokens>, Output> {

        @Override
        public NDList processInput(TranslatorContext ctx, List<Tokens> inputs) {
            int longest = 0;
            for (Tokens input : inputs) {
                longest = Math.max(longest, input.ids().length);
            }
            Shape shape = new Shape(inputs.size(), longest);
            NDManager manager = ctx.getNDManager();
            NDList list = new NDList(names.size());
            for (String name : names) {
                NDArray array = manager.create(padded(name, inputs, longest), shape);
                array.setName(name);
                list.add(array);
            }
            return list;
        }

        private long[] padded(String name, List<Tokens> inputs, int longest) {
            long[] numbers = new long[inputs.size() * longest];
            int start = 0;
            for (Tokens input : inputs) {
                int[] ids = input.ids();
                int end = start + ids.length;
                switch (name) {
                    case IDS -> {
                        for (int i = 0; i < ids.length; i++) {
                            numbers[start + i] = ids[i];
                        }
                        Arrays.fill(numbers, end, start + longest, padId);
                    }
                    case MASK -> Arrays.fill(numbers, start, end, 1);
                    default -> Arrays.fill(numbers, start + input.second(), end, 1);
                }
                start += longest;
            }
            return numbers;
        }

        @Override
        public Output processOutput(TranslatorContext ctx, NDList list) {
            NDArray output = chosen(list);
            return new Output(output.toFloatArray(), output.getShape());
        }

        private static NDArray chosen(NDList list) {
            for (String name : list.size() == 1 ? List.<String>of() : OUTPUTS) {
                for (NDArray each : list) {
                    if (name.equals(each.getName())) {
                        return each;
                    }
                }
            }
            return list.head();
        }
    }
}
