package dev.evenkeel.acceptance.manifest;

import dev.evenkeel.acceptance.manifest.Kustomize.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/** All that is wrong, a sentence each. */
final class Inspection {

    private Inspection() {}

    /** With the files as they stand: of two equal keys kustomize takes one in some of them, and says nothing. */
    static List<String> files(Path k8s) throws IOException {
        List<String> violations = new ArrayList<>();
        try (Stream<Path> files = Files.walk(k8s)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                try {
                    Manifest.parse(Files.readString(file)).stream()
                            .filter(_ -> file.endsWith(Kustomize.FILE))
                            .forEach(document -> Schemas.check(
                                    document, violation -> violations.add(k8s.relativize(file) + ": " + violation)));
                } catch (JacksonException e) {
                    violations.add(k8s.relativize(file) + ": " + e.getOriginalMessage());
                }
            }
        }
        return violations;
    }

    /** With what a kustomization builds. */
    static List<String> build(Path kustomization) throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        try {
            Rules.check(Kustomize.build(kustomization), violations::add);
        } catch (BuildException e) {
            violations.add("does not build: " + e.getMessage());
        }
        return violations;
    }
}
