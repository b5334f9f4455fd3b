package dev.evenkeel.benchmarks;

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
        HouseRules.everyPackageIsNullMarked().check(HouseRules.classesOf(ROOT));
    }
}
