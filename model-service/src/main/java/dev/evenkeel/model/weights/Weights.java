package dev.evenkeel.model.weights;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Finds models' files. */
public interface Weights {

    /**
     * Weights that are files already are used where they are.
     *
     * @param dir where the others are kept; several nodes may share it
     */
    static Weights in(Path dir) {
        return new LocalWeights(dir);
    }

    /**
     * The folder with {@code model.pt}, {@code tokenizer.json} and {@code config.json}.
     *
     * @param url {@code classpath:/folder/}, copied to the directory once, or {@code file:/folder/}, used where it is
     * @throws IOException with a sentence for people when it is not there
     */
    Path folder(String name, URI url) throws IOException;
}
