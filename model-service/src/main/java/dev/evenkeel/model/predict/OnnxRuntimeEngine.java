package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** DJL's ONNX Runtime. With one thread it has no pool, and so nothing that spins between predictions. */
final class OnnxRuntimeEngine implements Engine {

    private final int threads;
    private final Map<String, String> options;

    OnnxRuntimeEngine(Path nativeDir, int threads) {
        DjlSettings.apply(nativeDir, threads);
        this.threads = threads;
        this.options = Map.of(
                "intraOpNumThreads", Integer.toString(threads),
                "interOpNumThreads", "1",
                "executionMode", "SEQUENTIAL");
    }

    @Override
    public LoadedModel load(String name, Path folder, OutputSettings output) throws IOException {
        Path file = ModelFile.ONNX.require(name, folder);
        return DjlModel.load(
                "OnnxRuntime",
                name,
                folder,
                file,
                ModelFile.ONNX.stem(file),
                options,
                output,
                model -> model.getBlock().describeInput().keys());
    }

    @Override
    public TensorModel loadTensors(String name, Path folder, TensorSettings settings) throws IOException {
        return OnnxTensorModel.load(name, ModelFile.ONNX.require(name, folder), threads, settings);
    }
}
