package dev.evenkeel.model.predict;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's PyTorch. DJL reads its settings when it is first touched, so they are set before that, and only where nobody set
 * them otherwise.
 */
final class PyTorchEngine implements Engine {

    private static final Logger log = LoggerFactory.getLogger(PyTorchEngine.class);
    private static final String CACHE = "DJL_CACHE_DIR";

    PyTorchEngine(Path nativeDir) {
        setting("ai.djl.offline", "true");
        // it reports its use to its authors otherwise
        setting("OPT_OUT_TRACKING", "true");
        setting("ai.djl.default_engine", "PyTorch");
        // the parallelism of a node is its workers
        setting("ai.djl.pytorch.num_threads", "1");
        setting("ai.djl.pytorch.num_interop_threads", "1");
        // the graph optimizer would compile anew for every shape of batch, in the middle of serving
        setting("ai.djl.pytorch.graph_optimizer", "false");
        if (System.getenv(CACHE) == null) {
            setting(CACHE, nativeDir.toAbsolutePath().toString());
        }
        Path cache = Path.of(System.getenv(CACHE) != null ? System.getenv(CACHE) : System.getProperty(CACHE));
        try {
            unpackOnce(cache);
        } catch (IOException e) {
            throw new IllegalStateException("cannot unpack PyTorch's native libraries to " + cache, e);
        }
    }

    @Override
    public LoadedModel load(String name, Path folder) throws IOException {
        Model model = Model.newInstance(name, Device.cpu(), "PyTorch");
        try {
            model.load(folder, "model");
        } catch (MalformedModelException e) {
            model.close();
            throw new IOException("model " + name + ": " + folder.resolve("model.pt") + " is no TorchScript model", e);
        }
        return new TorchScriptModel(model);
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
                ai.djl.engine.Engine.getEngine("PyTorch");
                Files.write(mark, new byte[0]);
            }
        }
    }

    private static void setting(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
