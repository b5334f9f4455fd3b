package dev.evenkeel.plain;

import dev.evenkeel.rules.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.evenkeel.plain";

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(HouseRules.classesOf(ROOT));
    }

    @Test
    void onlyMainMakesAClockOrARandomSource() {
        HouseRules.noClockAndNoRandomnessOutside("Main").check(HouseRules.classesOf(ROOT));
    }
}
