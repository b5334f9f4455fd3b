package dev.evenkeel.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.Slice;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

@AnalyzeClasses(packages = "dev.evenkeel.model", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.model";

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.evenkeel.model.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_WIRING = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    @ArchTest
    static final ArchRule THE_SHAPES_ARE_AT_THE_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".api..");

    @ArchTest
    static final ArchRule LEAVES_DO_NOT_KNOW_EACH_OTHER = slices().matching("dev.evenkeel.model.(*)..")
            .namingSlices("$1")
            .that(leaves())
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule THE_CLOCK_AND_RANDOMNESS_ARE_IN_THE_WIRING = noClasses()
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
            .belongToAnyOf(Clock.class, Instant.class, Random.class, ThreadLocalRandom.class, UUID.class);

    private static DescribedPredicate<Slice> leaves() {
        return DescribedPredicate.describe(
                "leaves",
                slice -> Set.of("tokenize", "predict", "weights", "report", "health")
                        .contains(slice.getNamePart(1)));
    }
}
