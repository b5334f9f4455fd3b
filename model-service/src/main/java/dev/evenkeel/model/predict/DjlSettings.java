package dev.evenkeel.model.predict;

import java.nio.file.Path;

/** DJL reads its settings when it is first touched, so they are set before that, and only where nobody set them. */
final class DjlSettings {

    private static final String CACHE = "DJL_CACHE_DIR";

    private DjlSettings() {}

    /** Returns where DJL unpacks to. */
    static Path apply(Path nativeDir, int threads) {
        set("ai.djl.offline", "true");
        // it reports its use to its authors otherwise
        set("OPT_OUT_TRACKING", "true");
        set("ai.djl.pytorch.num_threads", Integer.toString(threads));
        set("ai.djl.pytorch.num_interop_threads", Integer.toString(threads));
        // the graph optimizer would compile anew for every shape of batch, in the middle of serving
        set("ai.djl.pytorch.graph_optimizer", "false");
        String cache = System.getenv(CACHE);
        if (cache == null) {
            set(CACHE, nativeDir.toAbsolutePath().toString());
            cache = System.getProperty(CACHE);
        }
        Malloc.keepLargeBlocks();
        return Path.of(cache);
    }

    private static void set(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
