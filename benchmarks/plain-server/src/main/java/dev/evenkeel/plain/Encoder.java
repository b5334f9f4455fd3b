package dev.evenkeel.plain;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A text encoder: a folder's {@code tokenizer.json} in Hugging Face's format, and its {@code model.pt}, TorchScript that
 * takes {@code input_ids} and {@code attention_mask}, int64 of [batch, tokens], and gives vectors, float32 of [batch,
 * width].
 *
 * <p>PyTorch runs with the node's settings: one thread, no optimizing of graphs. Threads may share the encoder; each
 * needs a {@link #newPredictor} of its own.
 */
final class Encoder implements AutoCloseable {

    /** The positions of the usual encoder; a longer text is cut. */
    private static final int MAX_TOKENS = 512;

    private final HuggingFaceTokenizer tokenizer;
    private final Model model;

    private Encoder(HuggingFaceTokenizer tokenizer, Model model) {
        this.tokenizer = tokenizer;
        this.model = model;
    }

    /** Loads a folder; DJL unpacks PyTorch to {@code DJL_CACHE_DIR}, or to its own folder in the user's home. */
    static Encoder load(Path folder) throws IOException {
        for (String file : List.of("tokenizer.json", "model.pt")) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new IllegalArgumentException(
                        folder + " has no " + file + "; an encoder's folder has tokenizer.json and model.pt");
            }
        }
        // read when DJL is first touched
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");

        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.builder()
                .optTokenizerPath(folder.resolve("tokenizer.json"))
                .optPadding(false)
                .optTruncation(true)
                .optMaxLength(MAX_TOKENS)
                .build();
        Model model = Model.newInstance("encoder", Device.cpu(), "PyTorch");
        try {
            model.load(folder, "model");
            return new Encoder(tokenizer, model);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            tokenizer.close();
            throw new IOException(folder.resolve("model.pt") + " cannot be loaded by PyTorch", e);
        }
    }

    /** Token ids, the special ones included, at most 512. */
    long[] tokenize(String text) {
        return tokenizer.encode(text).getIds();
    }

    /** What runs a batch: rows of token ids, of any lengths, to a vector for each. */
    Predictor<List<long[]>, float[][]> newPredictor() {
        return model.newPredictor(new Padding());
    }

    /** Runs a batch; that the engine fails is no fault of the caller's. */
    static float[][] predict(Predictor<List<long[]>, float[][]> predictor, List<long[]> rows) {
        try {
            return predictor.predict(rows);
        } catch (TranslateException e) {
            throw new IllegalStateException("PyTorch failed on a batch of " + rows.size(), e);
        }
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }

    /** Pads each row to the longest with id 0, which the mask hides. */
    private static final class Padding implements NoBatchifyTranslator<List<long[]>, float[][]> {

        @Override
        public NDList processInput(TranslatorContext context, List<long[]> rows) {
            int longest = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
            long[] ids = new long[rows.size() * longest];
            long[] mask = new long[ids.length];
            int start = 0;
            for (long[] row : rows) {
                System.arraycopy(row, 0, ids, start, row.length);
                Arrays.fill(mask, start, start + row.length, 1);
                start += longest;
            }
            NDManager manager = context.getNDManager();
            Shape shape = new Shape(rows.size(), longest);
            return new NDList(manager.create(ids, shape), manager.create(mask, shape));
        }

        @Override
        public float[][] processOutput(TranslatorContext context, NDList output) {
            NDArray vectors = output.head();
            float[] all = vectors.toFloatArray();
            int rows = Math.toIntExact(vectors.getShape().get(0));
            int width = all.length / rows;
            float[][] each = new float[rows][];
            for (int i = 0; i < rows; i++) {
                each[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
            }
            return each;
        }
    }
}
