package dev.evenkeel.model.predict;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code forward(input_ids int64[B,T], attention_mask int64[B,T]) -> float32[B,D]}. */
final class TorchScriptModel implements LoadedModel {

    private final Model model;

    TorchScriptModel(Model model) {
        this.model = model;
    }

    @Override
    public BatchPredictor newPredictor() {
        return new TorchScriptPredictor(model.newPredictor(new Padding()));
    }

    @Override
    public void close() {
        model.close();
    }

    private record TorchScriptPredictor(Predictor<List<int[]>, List<float[]>> predictor) implements BatchPredictor {

        @Override
        public List<float[]> predict(List<int[]> inputs) {
            try {
                return predictor.predict(inputs);
            } catch (TranslateException | EngineException | IllegalStateException e) {
                throw new PredictionException("the engine failed on a batch of " + inputs.size(), e);
            }
        }

        @Override
        public void close() {
            predictor.close();
        }
    }

    /** Pads with id 0 and masks it away. Arrays belong to the call's manager; on the model's they would leak. */
    private static final class Padding implements NoBatchifyTranslator<List<int[]>, List<float[]>> {

        @Override
        public NDList processInput(TranslatorContext ctx, List<int[]> inputs) {
            int longest = inputs.stream().mapToInt(ids -> ids.length).max().orElseThrow();
            long[] ids = new long[inputs.size() * longest];
            long[] mask = new long[ids.length];
            int start = 0;
            for (int[] input : inputs) {
                for (int i = 0; i < input.length; i++) {
                    ids[start + i] = input[i];
                }
                Arrays.fill(mask, start, start + input.length, 1);
                start += longest;
            }
            Shape shape = new Shape(inputs.size(), longest);
            NDManager manager = ctx.getNDManager();
            return new NDList(manager.create(ids, shape), manager.create(mask, shape));
        }

        @Override
        public List<float[]> processOutput(TranslatorContext ctx, NDList list) {
            NDArray output = list.singletonOrThrow();
            float[] numbers = output.toFloatArray();
            int rows = Math.toIntExact(output.getShape().get(0));
            int width = numbers.length / rows;
            List<float[]> each = new ArrayList<>(rows);
            for (int row = 0; row < rows; row++) {
                each.add(Arrays.copyOfRange(numbers, row * width, (row + 1) * width));
            }
            return each;
        }
    }
}
