package dev.evenkeel.gateway;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.evenkeel.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.gateway";

    @Test
    void packagesFormNoCycle() {
        HouseRules.noPackageCycles(ROOT).check(HouseRules.classesOf(ROOT));
    }

    @Test
    void noStageImportsAnother() {
        slices().matching(ROOT + ".(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(
                        DescribedPredicate.alwaysTrue(),
                        JavaClass.Predicates.resideInAnyPackage(ROOT + ".flow..", ROOT + ".node.."))
                .check(HouseRules.classesOf(ROOT));
    }

    @Test
    void clockAndRandomnessComeFromTheWiring() {
        HouseRules.noClockAndNoRandomnessOutside("GatewayConfiguration").check(HouseRules.classesOf(ROOT));
    }

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(HouseRules.classesOf(ROOT));
    }
}
