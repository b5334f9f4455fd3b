package dev.evenkeel.model.predict;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A tensor model in TorchScript, by DJL. Of a tuple each tensor is an output. */
final class TorchTensorModel implements TensorModel {

    private static final Map<Datatype, DataType> TYPES = Map.of(
            Datatype.BOOL, DataType.BOOLEAN,
            Datatype.INT8, DataType.INT8,
            Datatype.INT32, DataType.INT32,
            Datatype.INT64, DataType.INT64,
            Datatype.UINT8, DataType.UINT8,
            Datatype.FP16, DataType.FLOAT16,
            Datatype.FP32, DataType.FLOAT32,
            Datatype.FP64, DataType.FLOAT64);

    private final Model model;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final boolean shares;

    private TorchTensorModel(Model model, List<TensorSpec> inputs, List<TensorSpec> outputs, boolean shares) {
        this.model = model;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.shares = shares;
    }

    static TensorModel load(String engine, String name, Path file, TensorSettings settings) throws IOException {
        DeclaredTensors declared = new DeclaredTensors(name);
        List<TensorSpec> inputs = declared.configured(TorchScriptArchive.parameters(name, file), settings.inputs());
        declared.requireSupported("input", inputs, TYPES.keySet(), "PyTorch");
        Model model = DjlModel.open(engine, name, file, ModelFile.TORCH_SCRIPT.stem(file), Map.of());
        boolean loaded = false;
        try (Call call = new Call(model, settings.outputs())) {
            List<TensorSpec> outputs = declared.tried(call, inputs, settings.outputs());
            boolean shares = declared.sharesCalls(call, inputs, outputs);
            loaded = true;
            return new TorchTensorModel(model, inputs, outputs, shares);
        } finally {
            if (!loaded) {
                model.close();
            }
        }
    }

    @Override
    public EngineKind engine() {
        return EngineKind.PYTORCH;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public boolean sharesCalls() {
        return shares;
    }

    @Override
    public BatchPredictor newPredictor() {
        return new TensorBatches(new Call(model, outputs), shares);
    }

    @Override
    public void close() {
        model.close();
    }

    private static final class Call implements TensorCall {

        private final Predictor<List<Tensor>, List<Tensor>> predictor;

        /** @param named the outputs by their names; none: they are counted */
        Call(Model model, List<TensorSpec> named) {
            this.predictor = model.newPredictor(new Translator(named));
        }

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            try {
                return predictor.predict(inputs);
            } catch (TranslateException | EngineException | IllegalStateException e) {
                throw new PredictionException("PyTorch failed", e);
            }
        }

        @Override
        public void close() {
            predictor.close();
        }
    }

    private record Translator(List<TensorSpec> named) implements NoBatchifyTranslator<List<Tensor>, List<Tensor>> {

        @Override
        public NDList processInput(TranslatorContext ctx, List<Tensor> inputs) {
            NDList list = new NDList(inputs.size());
            for (Tensor input : inputs) {
                Shape shape = new Shape(
                        input.shape().stream().mapToLong(Long::longValue).toArray());
                DataType type = Objects.requireNonNull(TYPES.get(input.datatype()));
                list.add(ctx.getNDManager().create(input.data(), shape, type));
            }
            return list;
        }

        @Override
        public List<Tensor> processOutput(TranslatorContext ctx, NDList list) {
            List<Tensor> outputs = new ArrayList<>(list.size());
            for (NDArray array : list) {
                int index = outputs.size();
                outputs.add(tensor(index < named.size() ? named.get(index).name() : "output" + index, array));
            }
            return outputs;
        }

        private static Tensor tensor(String name, NDArray array) {
            Datatype datatype = TYPES.entrySet().stream()
                    .filter(type -> type.getValue() == array.getDataType())
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "output " + name + " is " + array.getDataType() + ", which is not served"));
            List<Long> shape =
                    Arrays.stream(array.getShape().getShape()).boxed().toList();
            // copied: the engine's memory goes with the call
            ByteBuffer data = ByteBuffer.wrap(array.toByteArray());
            return new Tensor(name, datatype, shape, data);
        }
    }
}
