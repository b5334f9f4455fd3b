package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Loads models, on the CPU and offline.
 *
 * <p>A model of text takes {@code input_ids} and {@code attention_mask}, int64[B,T], and {@code token_type_ids} if it names them
 * among its inputs. It gives rows, float32[B,D], or token vectors, float32[B,T,D]. Of several outputs
 * {@code sentence_embedding} is taken, else {@code logits}, else {@code last_hidden_state}, else the first.
 */
public interface Engine {

    /**
     * To be called before anything of DJL is touched, its tokenizers included: what is touched first reports its use to
     * DJL's authors otherwise, by way of the metadata service of a cloud, and where there is none waits 4 s for it.
     *
     * @param nativeDir where native libraries are unpacked to, unless {@code DJL_CACHE_DIR} names another place
     * @param threads of one prediction, at least 1
     */
    static void configure(Path nativeDir, int threads) {
        DjlSettings.apply(nativeDir, threads);
    }

    /** Gives the system back what engines have freed and keep for themselves: for a process that is short of memory. */
    static void giveMemoryBack() {
        Malloc.giveBack();
    }

    /**
     * PyTorch, for {@code model.pt} or a folder's single {@code *.pt}. Its native libraries are unpacked once.
     *
     * @param nativeDir where to, unless {@code DJL_CACHE_DIR} names another place; several nodes may share it
     * @param threads of one prediction, at least 1; the first engine of the process decides
     */
    static Engine pyTorch(Path nativeDir, int threads) {
        return new PyTorchEngine(nativeDir, threads);
    }

    /**
     * ONNX Runtime, for {@code model.onnx}, {@code onnx/model.onnx} or a folder's single {@code *.onnx}. It unpacks its
     * native library to the temporary directory at every start.
     *
     * @param nativeDir for what DJL keeps
     * @param threads of one prediction, at least 1
     */
    static Engine onnxRuntime(Path nativeDir, int threads) {
        return new OnnxRuntimeEngine(nativeDir, threads);
    }

    /** The engine of the file that is there, PyTorch if there are both. An engine is started for its first model. */
    static Engine byFile(Path nativeDir, int threads) {
        return new EngineByFile(() -> pyTorch(nativeDir, threads), () -> onnxRuntime(nativeDir, threads));
    }

    /**
     * The model in a folder. It is tried once on two rows.
     *
     * @param name for messages
     * @throws IOException if there is none, or none that gives what is asked; the message is one sentence with its name
     */
    LoadedModel load(String name, Path folder, OutputSettings output) throws IOException;

    /**
     * The model in a folder, of whatever numbers it takes and gives. ONNX says what they are; of TorchScript the settings
     * have to. It is tried on zeros in the shapes that it declares.
     *
     * @param name for messages
     * @throws IOException if there is none, or the file, the settings and the try do not agree; the message is one
     *     sentence with its name
     */
    TensorModel loadTensors(String name, Path folder, TensorSettings settings) throws IOException;
}
