package dev.evenkeel.plain;

import java.io.IOException;
import java.util.Collections;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * What a Spring developer would write instead of the node: a controller, a tokenizer, a pool of predictors. It batches
 * the inputs of a request and nothing across requests, and refuses nothing.
 */
@SpringBootApplication
@EnableConfigurationProperties(PlainProperties.class)
class PlainServer {

    /** Of every batch size: enough for the JVM's second compiler, a few seconds with an encoder of some 5 ms a call. */
    private static final int WARM_UPS = 60;

    @Bean
    Encoder encoder(PlainProperties properties) throws IOException {
        return Encoder.load(properties.folder());
    }

    /** Warm before Tomcat listens. */
    @Bean
    PredictorPool predictorPool(Encoder encoder, PlainProperties properties) {
        PredictorPool pool = new PredictorPool(encoder, properties.workers());
        long[] row = encoder.tokenize("some words of a text to warm up with");
        for (int i = 0; i < properties.workers() * WARM_UPS; i++) {
            for (int size = 1; size <= PredictorPool.MAX_BATCH; size *= 2) {
                pool.predict(Collections.nCopies(size, row));
            }
        }
        return pool;
    }
}
