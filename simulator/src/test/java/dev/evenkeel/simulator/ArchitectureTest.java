package dev.evenkeel.simulator;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.evenkeel.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.simulator";
    private static final JavaClasses ALL = HouseRules.classesOf(ROOT);

    @Test
    void packagesFormNoCycle() {
        HouseRules.noPackageCycles(ROOT).check(ALL);
    }

    @Test
    void librariesAreTheCommandsAlone() {
        JavaClasses withoutCommand = ALL.that(DescribedPredicate.describe(
                "are not the command", type -> !type.getPackageName().startsWith(ROOT + ".cli")));
        HouseRules.onlyTheJdkAnd(
                        ROOT, // the root itself, and what is below it but for the command
                        ROOT + ".event..",
                        ROOT + ".gateway..",
                        ROOT + ".node..",
                        ROOT + ".report..",
                        ROOT + ".result..",
                        ROOT + ".scenario..",
                        ROOT + ".workload..",
                        "dev.evenkeel.balancer..",
                        "dev.evenkeel.batcher..",
                        "dev.evenkeel.load..")
                .check(withoutCommand);
    }

    @Test
    void hasNoClockAndNoRandomnessButTheRuns() {
        HouseRules.noClockAndNoRandomnessOutside("dev.evenkeel.simulator.event.Streams")
                .check(ALL);
    }

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(ALL);
    }
}
