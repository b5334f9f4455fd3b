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
        if (ModelFile.TORCH_SCRIPT.find(name, folder).isPresent()) {
            pyTorch = pyTorch == null ? newPyTorch.get() : pyTorch;
            return pyTorch.load(name, folder, output);
        }
        if (ModelFile.ONNX.find(name, folder).isEmpty()) {
            throw new IOException("model " + name + ": " + folder + " has neither a model.pt nor a model.onnx");
        }
        onnxRuntime = onnxRuntime == null ? newOnnxRuntime.get() : onnxRuntime;
        return onnxRuntime.load(name, folder, output);
    }
}
