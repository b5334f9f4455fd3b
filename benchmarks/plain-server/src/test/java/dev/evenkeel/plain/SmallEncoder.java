package dev.evenkeel.plain;

import java.nio.file.Path;

/** The bundled embedder, which answers in microseconds. */
final class SmallEncoder {

    static final String NAME = "minibag-embed-256";
    static final int WIDTH = 256;
    static final Path FOLDER = Path.of("../../models/bundled", NAME);

    private SmallEncoder() {}
}
