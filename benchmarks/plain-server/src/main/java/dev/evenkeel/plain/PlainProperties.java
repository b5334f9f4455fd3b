package dev.evenkeel.plain;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is served.
 *
 * @param folder the encoder's, see {@link Encoder}
 * @param model the name that requests give
 * @param workers batches that are predicted at once, from 1 on
 */
@ConfigurationProperties("plain")
record PlainProperties(
        Path folder, String model, @DefaultValue("1") int workers) {

    PlainProperties {
        if (workers < 1) {
            throw new IllegalArgumentException("plain.workers is " + workers + "; it must be at least 1");
        }
    }
}
