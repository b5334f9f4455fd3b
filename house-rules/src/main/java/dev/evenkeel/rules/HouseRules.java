package dev.evenkeel.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/** The rules that a module's own test checks with one line each. */
public final class HouseRules {

    private static final Set<Class<?>> RANDOM_SOURCES = Set.of(Random.class, ThreadLocalRandom.class);

    private HouseRules() {}

    /** The production classes of a package and all below it. */
    public static JavaClasses classesOf(String packageName) {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new ImportOption.DoNotIncludeJars())
                .importPackages(packageName);
    }

    /** The packages below {@code packageName} form no cycle. */
    public static ArchRule noPackageCycles(String packageName) {
        return slices().matching(packageName + ".(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    /** For the libraries: nothing but the JDK and the packages that are named. */
    public static ArchRule onlyTheJdkAnd(String... packages) {
        String[] allowed = new String[packages.length + 2];
        allowed[0] = "java..";
        allowed[1] = "org.jspecify..";
        System.arraycopy(packages, 0, allowed, 2, packages.length);
        return classes().should().onlyDependOnClassesThat().resideInAnyPackage(allowed);
    }

    /** Time and randomness come in through constructors; only the classes that wire an application may make them. */
    public static ArchRule noClockAndNoRandomnessOutside(String... wiringClasses) {
        return noClasses()
                .that(DescribedPredicate.not(DescribedPredicate.describe(
                        "wire the application", type -> Set.of(wiringClasses).contains(type.getSimpleName()))))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "read a clock or a random source of their own", call -> readsClockOrRandom(call.getTarget())))
                .orShould()
                .callConstructorWhere(DescribedPredicate.describe(
                        "make a random source of their own",
                        call -> call.getTarget().getOwner().isAssignableTo(Random.class)));
    }

    /** Every package says what it is for, and is null-marked. */
    public static ArchRule everyPackageIsNullMarked() {
        return classes()
                .that()
                .areTopLevelClasses()
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.be(DescribedPredicate.describe(
                        "in a package that is @NullMarked",
                        type -> type.getPackage().isAnnotatedWith(NullMarked.class))));
    }

    private static boolean readsClockOrRandom(AccessTarget target) {
        String method = target.getName();
        boolean clock = (target.getOwner().isEquivalentTo(System.class)
                        && (method.equals("nanoTime") || method.equals("currentTimeMillis")))
                || (target.getOwner().isEquivalentTo(Instant.class) && method.equals("now"))
                || (target.getOwner().isEquivalentTo(Clock.class) && method.startsWith("system"));
        boolean random =
                RANDOM_SOURCES.stream().anyMatch(source -> target.getOwner().isEquivalentTo(source))
                        || (target.getOwner().isEquivalentTo(Math.class) && method.equals("random"))
                        || method.equals("randomUUID");
        return clock || random;
    }
}
