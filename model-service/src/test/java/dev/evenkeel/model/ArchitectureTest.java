package dev.evenkeel.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.library.dependencies.Slice;
import dev.evenkeel.rules.HouseRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.model";
    private static final Set<String> LEAVES = Set.of("tokenize", "predict", "weights", "report", "health");

    @Test
    void packagesFormNoCycle() {
        HouseRules.noPackageCycles(ROOT).check(HouseRules.classesOf(ROOT));
    }

    @Test
    void nobodyKnowsTheWiring() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(HouseRules.classesOf(ROOT));
    }

    @Test
    void theShapesAreAtTheEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".api..")
                .check(HouseRules.classesOf(ROOT));
    }

    @Test
    void leavesDoNotKnowEachOther() {
        DescribedPredicate<Slice> leaves =
                DescribedPredicate.describe("leaves", slice -> LEAVES.contains(slice.getNamePart(1)));
        slices().matching(ROOT + ".(*)..")
                .namingSlices("$1")
                .that(leaves)
                .should()
                .notDependOnEachOther()
                .check(HouseRules.classesOf(ROOT));
    }

    @Test
    void clockAndRandomnessComeFromTheWiring() {
        HouseRules.noClockAndNoRandomnessOutside("Wiring", "InstanceId").check(HouseRules.classesOf(ROOT));
    }

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(HouseRules.classesOf(ROOT));
    }
}
