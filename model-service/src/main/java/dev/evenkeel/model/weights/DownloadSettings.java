package dev.evenkeel.model.weights;

import java.net.URI;
import java.time.Duration;

/**
 * How models are downloaded.
 *
 * @param zoo the base address of DJL's model zoo or of a mirror of it; default {@code https://mlrepo.djl.ai/}
 * @param connectTimeout default 10 s
 * @param readTimeout the longest silence of a server, before its answer and within it; default 30 s
 * @param within the longest that one file may take with all its attempts; default 1 h, which is 1 GB at 2.4 Mbit/s
 */
public record DownloadSettings(URI zoo, Duration connectTimeout, Duration readTimeout, Duration within) {

    public static final DownloadSettings DEFAULT = new DownloadSettings(
            URI.create("https://mlrepo.djl.ai/"), Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofHours(1));

    /** @throws IllegalArgumentException when a duration is not above zero, or the zoo's address is not one of a folder */
    public DownloadSettings {
        for (Duration duration : new Duration[] {connectTimeout, readTimeout, within}) {
            if (!duration.isPositive()) {
                throw new IllegalArgumentException(
                        "a download's time limit is above zero, and " + duration + " is not");
            }
        }
        if (!zoo.isAbsolute() || zoo.isOpaque()) {
            throw new IllegalArgumentException("a model zoo has an address as https://host/, and " + zoo + " is none");
        }
        // the last segment would be replaced when an address is resolved against it
        zoo = zoo.toString().endsWith("/") ? zoo : URI.create(zoo + "/");
    }
}
