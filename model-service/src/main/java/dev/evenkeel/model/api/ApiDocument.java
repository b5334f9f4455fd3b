package dev.evenkeel.model.api;

import io.swagger.v3.core.util.Yaml31;
import io.swagger.v3.oas.models.OpenAPI;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The OpenAPI document, {@code openapi.yaml}: a test sends its examples and has them answered as it says. */
final class ApiDocument {

    private static final String FILE = "/openapi.yaml";

    private ApiDocument() {}

    static void describe(OpenAPI found, String version) {
        OpenAPI written = read();
        found.info(written.getInfo().version(version))
                .servers(written.getServers())
                .tags(written.getTags())
                .paths(written.getPaths())
                .components(written.getComponents());
    }

    private static OpenAPI read() {
        try (InputStream in = ApiDocument.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new FileNotFoundException(FILE);
            }
            return Yaml31.mapper().readValue(in, OpenAPI.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
