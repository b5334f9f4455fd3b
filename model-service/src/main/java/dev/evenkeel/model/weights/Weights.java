package dev.evenkeel.model.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/** Finds models' files. Safe for threads, and for processes that share a directory. */
public interface Weights {

    /**
     * Weights that are files already are used where they are.
     *
     * @param dir where the others are kept; it should outlive the node, and several nodes may share it
     * @param nanoTime as {@link System#nanoTime}: bounds downloads and paces what is logged of them
     */
    static Weights in(Path dir, DownloadSettings settings, LongSupplier nanoTime) {
        return new CachedWeights(dir, new Download(settings, Thread::sleep, nanoTime), settings.zoo());
    }

    /**
     * The folder with the model's files. What has been fetched once is found without a network ever after.
     *
     * @throws IOException with one sentence for people that names the model, the place and what was wrong
     */
    Path folder(ModelSource source) throws IOException;
}
