package dev.evenkeel.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.Slice;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.model";

    private static final JavaClasses NODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.evenkeel.model.(*)..").should().beFreeOfCycles().check(NODE);
    }

    @Test
    void nobodyKnowsTheWiring() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(NODE);
    }

    @Test
    void theShapesAreAtTheEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".api..")
                .check(NODE);
    }

    @Test
    void leavesDoNotKnowEachOther() {
        slices().matching("dev.evenkeel.model.(*)..")
                .namingSlices("$1")
                .that(leaves())
                .should()
                .notDependOnEachOther()
                .check(NODE);
    }

    @Test
    void theClockAndRandomnessAreInTheWiring() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Instant.class, Random.class, ThreadLocalRandom.class, UUID.class)
                .check(NODE);
    }

    private static DescribedPredicate<Slice> leaves() {
        return DescribedPredicate.describe(
                "leaves",
                slice -> Set.of("tokenize", "predict", "weights", "report", "health")
                        .contains(slice.getNamePart(1)));
    }
}
