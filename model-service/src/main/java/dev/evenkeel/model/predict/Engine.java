package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.file.Path;

/** Loads models. */
public interface Engine {

    /**
     * PyTorch on the CPU, offline, with one thread a prediction. Its native libraries are unpacked once.
     *
     * @param nativeDir where to, unless {@code DJL_CACHE_DIR} names another place; several nodes may share it
     */
    static Engine pyTorch(Path nativeDir) {
        return new PyTorchEngine(nativeDir);
    }

    /** The model in a folder's {@code model.pt}. */
    LoadedModel load(String name, Path folder) throws IOException;
}
