package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Two engines, each started when a model needs it. For one thread at a time. */
final class EngineByFile implements Engine {

    private final Supplier<Engine> newPyTorch;
    private final Supplier<Engine> newOnnxRuntime;
    private @Nullable Engine pyTorch;
    private @Nullable Engine onnxRuntime;

    EngineByFile(Supplier<Engine> newPyTorch, Supplier<Engine> newOnnxRuntime) {
        this.newPyTorch = newPyTorch;
        this.newOnnxRuntime = newOnnxRuntime;
    }

    @Override
    public LoadedModel load(String name, Path folder, OutputSettings output) throws IOException {
        return engine(name, folder).load(name, folder, output);
    }

    @Override
    public TensorModel loadTensors(String name, Path folder, TensorSettings settings) throws IOException {
        return engine(name, folder).loadTensors(name, folder, settings);
    }

    private Engine engine(String name, Path folder) throws IOException {
        if (ModelFile.TORCH_SCRIPT.find(name, folder).isPresent()) {
            pyTorch = pyTorch == null ? newPyTorch.get() : pyTorch;
            return pyTorch;
        }
        if (ModelFile.ONNX.find(name, folder).isEmpty()) {
            throw new IOException("model " + name + ": " + folder + " has neither a model.pt nor a model.onnx");
        }
        onnxRuntime = onnxRuntime == null ? newOnnxRuntime.get() : onnxRuntime;
        return onnxRuntime;
    }
}
