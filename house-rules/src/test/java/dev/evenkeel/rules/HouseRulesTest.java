package dev.evenkeel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A rule that nothing can violate looks like one that everything keeps: here are the violations. */
class HouseRulesTest {

    private static final String FIXTURE = "dev.evenkeel.rules.fixture";
    private static final JavaClasses SOURCES = new ClassFileImporter().importPackages(FIXTURE + ".chance");

    @Test
    void aCycleOfTheRootPackageWithOneBelowIsACycle() {
        JavaClasses classes = new ClassFileImporter().importPackages(FIXTURE + ".cycle");
        assertThat(violates(HouseRules.noPackageCycles(FIXTURE + ".cycle"), classes))
                .isTrue();
        assertThat(violates(HouseRules.noPackageCycles(FIXTURE + ".cycle.below"), classes))
                .as("one package of the two")
                .isFalse();
    }

    @Test
    void everyClockAndRandomSourceOfAClassIsFound() {
        ArchRule rule = HouseRules.noClockAndNoRandomnessOutside();
        Set<String> innocent = SOURCES.stream()
                .filter(type -> !violates(rule, only(type)))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
        assertThat(innocent).containsExactlyInAnyOrder("Sources", "Given");
    }

    @Test
    void wiringIsExemptByItsFullNameAndByItsSimpleNameInAModulesRootOnly() {
        JavaClasses one = only(SOURCES.get(FIXTURE + ".chance.Sources$NanoTimeCall"));
        assertThat(violates(HouseRules.noClockAndNoRandomnessOutside(FIXTURE + ".chance.Sources$NanoTimeCall"), one))
                .isFalse();
        assertThat(violates(HouseRules.noClockAndNoRandomnessOutside("NanoTimeCall"), one))
                .as("a class of that name deep inside")
                .isTrue();
    }

    private static JavaClasses only(JavaClass type) {
        return SOURCES.that(DescribedPredicate.describe("it", type::equals));
    }

    private static boolean violates(ArchRule rule, JavaClasses classes) {
        return rule.allowEmptyShould(true).evaluate(classes).hasViolation();
    }
}
