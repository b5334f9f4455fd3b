package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DJL's PyTorch. */
final class PyTorchEngine implements Engine {

    private static final Logger log = LoggerFactory.getLogger(PyTorchEngine.class);
    private static final String NAME = "PyTorch";

    PyTorchEngine(Path nativeDir, int threads) {
        Path cache = DjlSettings.apply(nativeDir, threads);
        try {
            unpackOnce(cache);
        } catch (IOException e) {
            throw new IllegalStateException("cannot unpack PyTorch's native libraries to " + cache, e);
        }
    }

    @Override
    public LoadedModel load(String name, Path folder, OutputSettings output) throws IOException {
        Path file = ModelFile.TORCH_SCRIPT.require(name, folder);
        List<String> inputs = TorchScriptArchive.inputs(name, file);
        return DjlModel.load(
                NAME, name, folder, file, ModelFile.TORCH_SCRIPT.stem(file), Map.of(), output, model -> inputs);
    }

    @Override
    public TensorModel loadTensors(String name, Path folder, TensorSettings settings) throws IOException {
        return TorchTensorModel.load(NAME, name, ModelFile.TORCH_SCRIPT.require(name, folder), settings);
    }

    /**
     * The first node on an empty cache unpacks some 430 MB; others that start meanwhile wait for it on a file lock. Once
     * the mark is there nobody locks any more, so that a node that is stopped half-way through a later start holds up no
     * other.
     */
    private static void unpackOnce(Path cache) throws IOException {
        Files.createDirectories(cache);
        Path mark = cache.resolve("unpacked-" + ai.djl.engine.Engine.getDjlVersion());
        if (!Files.exists(mark)) {
            try (FileChannel channel = FileChannel.open(
                            cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                log.debug("unpacking to {} under {}", cache, lock);
                ai.djl.engine.Engine.getEngine(NAME);
                Files.write(mark, new byte[0]);
            }
        }
    }
}
