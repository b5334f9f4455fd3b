package dev.evenkeel.acceptance.manifest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The real {@code kubectl kustomize}, which needs no cluster. Another kubectl than the one on the PATH: {@code
 * -Devenkeel.kubectl=...} or the variable {@code EVENKEEL_KUBECTL}.
 */
final class Kustomize {

    /** A kustomization that cannot be built; the message is kubectl's. */
    static final class BuildException extends Exception {
        private static final long serialVersionUID = 1;

        BuildException(String message) {
            super(message);
        }
    }

    static final String FILE = "kustomization.yaml";

    private static final String KUBECTL =
            System.getProperty("evenkeel.kubectl", System.getenv().getOrDefault("EVENKEEL_KUBECTL", "kubectl"));
    /** A build takes a fifth of a second; nothing here is fetched. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String VERSION = version();

    private record Result(int status, String output, String errors) {}

    private Kustomize() {}

    /** Skips a test where no kubectl brings kustomize v5; called before each, so that each is seen to be skipped. */
    static void assumePresent() {
        assumeTrue(
                VERSION.contains("Kustomize Version: v5."),
                "the manifests were not checked: it takes a kubectl with kustomize v5, and there is " + VERSION);
    }

    private static String version() {
        try {
            return run("version", "--client").output().strip();
        } catch (IOException e) {
            return "none: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "none in time";
        }
    }

    static Build build(Path kustomization) throws IOException, InterruptedException, BuildException {
        Result result = run("kustomize", kustomization.toString());
        if (result.status() != 0) {
            throw new BuildException(result.errors().strip());
        }
        return new Build(Manifest.parse(result.output()));
    }

    /** The folders with a kustomization that can be built by itself: components are parts of overlays. */
    static List<Path> kustomizations(Path k8s) throws IOException {
        try (Stream<Path> files = Files.walk(k8s)) {
            return files.filter(file -> file.endsWith(FILE))
                    .map(Path::getParent)
                    .filter(folder -> !folder.startsWith(k8s.resolve("components")))
                    .sorted()
                    .toList();
        }
    }

    private static Result run(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("kubectl", ".out");
        Path errors = Files.createTempFile("kubectl", ".err");
        try {
            Process kubectl = new ProcessBuilder(Stream.concat(Stream.of(KUBECTL), Stream.of(arguments))
                            .toList())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!kubectl.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                kubectl.destroyForcibly();
                throw new AssertionError("kubectl " + String.join(" ", arguments) + " did not end in " + LIMIT);
            }
            return new Result(kubectl.exitValue(), Files.readString(output), Files.readString(errors));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }
}
