package dev.evenkeel.acceptance.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kustomization of the repository builds, and a cluster would take what it builds and run it well. */
class ManifestsTest {

    private static final Path K8S = ServiceSource.ROOT.resolve("k8s");

    @BeforeEach
    void kubectl() {
        Kustomize.assumePresent();
    }

    static List<String> kustomizations() throws IOException {
        return Kustomize.kustomizations(K8S).stream()
                .map(folder -> K8S.relativize(folder).toString())
                .toList();
    }

    @Test
    void baseAndOverlaysAreFound() throws IOException {
        assertThat(kustomizations()).contains("base", "overlays/local");
    }

    @Test
    void filesAreWellFormed() throws IOException {
        assertThat(Inspection.files(K8S)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void nothingIsWrongWith(String kustomization) throws Exception {
        assertThat(Inspection.build(K8S.resolve(kustomization))).isEmpty();
    }

    @Test
    void baseRunsTheVersionThatThisBuildMakes() throws Exception {
        Stream<String> images = Kustomize.build(K8S.resolve("base")).workloads().stream()
                .flatMap(Build.Workload::containers)
                .map(container -> container.path("image").asString(""));
        String version = System.getProperty("evenkeel.version");
        assertThat(images)
                .containsExactlyInAnyOrderElementsOf(Resources.IMAGES.stream()
                        .map(image -> image + ":" + version)
                        .toList());
    }
}
