package dev.evenkeel.acceptance.manifest;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The strict schemas in {@code schemas/k8s}: a field that a kind does not have is an error. */
final class Schemas {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
    private static final Map<String, Optional<Schema>> SCHEMAS = new ConcurrentHashMap<>();

    private Schemas() {}

    static void check(Build build, Consumer<String> report) {
        build.manifests().forEach(manifest -> check(manifest, report));
    }

    static void check(Manifest manifest, Consumer<String> report) {
        String file = file(manifest);
        SCHEMAS.computeIfAbsent(file, Schemas::load)
                .ifPresentOrElse(
                        schema -> schema.validate(manifest.json())
                                .forEach(error -> report.accept(
                                        manifest + ": " + error.getInstanceLocation() + " " + error.getMessage())),
                        () -> report.accept(manifest + ": no schema " + file));
    }

    /** {@code apps/v1 Deployment} is described by {@code deployment-apps-v1.json}. */
    private static String file(Manifest manifest) {
        String apiVersion = manifest.json().path("apiVersion").asString("");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : "-" + apiVersion.substring(0, slash).replaceFirst("\\..*", "");
        return manifest.kind().toLowerCase(Locale.ROOT) + group + "-" + apiVersion.substring(slash + 1) + ".json";
    }

    private static Optional<Schema> load(String file) {
        try (InputStream schema = Schemas.class.getResourceAsStream("/schemas/k8s/" + file)) {
            return schema == null ? Optional.empty() : Optional.of(REGISTRY.getSchema(schema));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
