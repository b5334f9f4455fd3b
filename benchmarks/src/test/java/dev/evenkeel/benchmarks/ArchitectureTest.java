package dev.evenkeel.benchmarks;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.evenkeel.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.benchmarks";

    @Test
    void packagesFormNoCycle() {
        HouseRules.noPackageCycles(ROOT).check(HouseRules.classesOf(ROOT));
    }

    @Test
    void everyPackageIsNullMarked() {
        // what JMH generates is not ours
        JavaClasses ours = HouseRules.classesOf(ROOT)
                .that(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("..jmh_generated..")));
        HouseRules.everyPackageIsNullMarked().check(ours);
    }
}
