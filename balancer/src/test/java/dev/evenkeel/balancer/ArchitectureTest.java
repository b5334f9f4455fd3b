package dev.evenkeel.balancer;

import dev.evenkeel.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.balancer";

    @Test
    void packagesFormNoCycle() {
        HouseRules.noPackageCycles(ROOT).check(HouseRules.classesOf(ROOT));
    }

    @Test
    void knowsTheJdkAndTheLoadReportOnly() {
        HouseRules.onlyTheJdkAnd("dev.evenkeel.balancer..", "dev.evenkeel.load..")
                .check(HouseRules.classesOf(ROOT));
    }

    @Test
    void hasNoClockAndNoRandomnessOfItsOwn() {
        HouseRules.noClockAndNoRandomnessOutside().check(HouseRules.classesOf(ROOT));
    }

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(HouseRules.classesOf(ROOT));
    }
}
