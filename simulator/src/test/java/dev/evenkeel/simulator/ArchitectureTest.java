package dev.evenkeel.simulator;

import dev.evenkeel.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.simulator";

    @Test
    void packagesFormNoCycle() {
        HouseRules.noPackageCycles(ROOT).check(HouseRules.classesOf(ROOT));
    }

    @Test
    void timeIsVirtualAndChanceIsSeeded() {
        HouseRules.noClockAndNoRandomnessOutside("dev.evenkeel.simulator.event.Streams")
                .check(HouseRules.classesOf(ROOT));
    }

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(HouseRules.classesOf(ROOT));
    }
}
