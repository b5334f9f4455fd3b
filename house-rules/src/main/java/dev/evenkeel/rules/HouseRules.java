package dev.evenkeel.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** The rules that a module's own test checks with one line each. */
public final class HouseRules {

    /** Where a module's root package is. */
    private static final Pattern MODULE = Pattern.compile("dev\\.evenkeel\\.\\w+");

    private static final Set<String> CLOCK_TICKS = Set.of("tickMillis", "tickSeconds", "tickMinutes");
    private static final Set<String> RANDOM_MAKERS =
            Set.of("of", "getDefault", "current", "getInstance", "getInstanceStrong");

    private HouseRules() {}

    /** The production classes of a package and all below it. */
    public static JavaClasses classesOf(String packageName) {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new ImportOption.DoNotIncludeJars())
                .importPackages(packageName);
    }

    /** The package and those below it form no cycle. */
    public static ArchRule noPackageCycles(String packageName) {
        return slices().assignedFrom(new PackageBelow(packageName))
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    /** Every package a slice: a pattern of ArchUnit would put the classes of {@code root} itself in none. */
    private record PackageBelow(String root) implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            return name.equals(root) || name.startsWith(root + ".")
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "the packages of " + root;
        }
    }

    /** For the libraries: nothing but the JDK and the packages that are named. */
    public static ArchRule onlyTheJdkAnd(String... packages) {
        String[] allowed = new String[packages.length + 2];
        allowed[0] = "java..";
        allowed[1] = "org.jspecify..";
        System.arraycopy(packages, 0, allowed, 2, packages.length);
        return classes().should().onlyDependOnClassesThat().resideInAnyPackage(allowed);
    }

    /**
     * Time and randomness come in through constructors; only the classes that wire an application may make them.
     *
     * @param wiringClasses full names, or simple names of classes in the root package of a module
     */
    public static ArchRule noClockAndNoRandomnessOutside(String... wiringClasses) {
        Set<String> wiring = Set.of(wiringClasses);
        return noClasses()
                .that(DescribedPredicate.not(DescribedPredicate.describe(
                        "wire the application",
                        type -> wiring.contains(type.getFullName())
                                || (MODULE.matcher(type.getPackageName()).matches()
                                        && wiring.contains(type.getSimpleName())))))
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "is a clock or a random source of their own",
                        access -> access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget target
                                && (isClock(target) || isRandom(target))));
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

    /** A {@code now} that is given its clock is fine. */
    private static boolean isClock(AccessTarget.CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        if (owner.getPackageName().startsWith("java.time")) {
            return name.startsWith("system")
                    || CLOCK_TICKS.contains(name)
                    || (name.equals("now") && !hasParameter(target, Clock.class));
        }
        return (owner.isEquivalentTo(System.class) && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
                || (owner.isAssignableTo(Date.class) && isConstructor(target) && hasNoParameter(target))
                || (owner.isAssignableTo(Calendar.class) && name.equals("getInstance"));
    }

    /** A source that was given may be drawn from, whatever its type; it may not be made, nor found. */
    private static boolean isRandom(AccessTarget.CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        return (owner.isAssignableTo(RandomGenerator.class) && (isConstructor(target) || RANDOM_MAKERS.contains(name)))
                || owner.isEquivalentTo(RandomGeneratorFactory.class)
                || (name.equals("random")
                        && (owner.isEquivalentTo(Math.class) || owner.isEquivalentTo(StrictMath.class)))
                || (owner.isEquivalentTo(Collections.class)
                        && name.equals("shuffle")
                        && !hasParameter(target, RandomGenerator.class))
                || name.equals("randomUUID");
    }

    private static boolean isConstructor(AccessTarget.CodeUnitAccessTarget target) {
        return target.getName().equals(JavaConstructor.CONSTRUCTOR_NAME);
    }

    private static boolean hasNoParameter(AccessTarget.CodeUnitAccessTarget target) {
        return target.getRawParameterTypes().isEmpty();
    }

    private static boolean hasParameter(AccessTarget.CodeUnitAccessTarget target, Class<?> type) {
        return target.getRawParameterTypes().stream().anyMatch(parameter -> parameter.isAssignableTo(type));
    }
}
