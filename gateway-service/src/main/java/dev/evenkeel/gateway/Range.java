package dev.evenkeel.gateway;

import java.time.Duration;

/** Stops the start with a sentence that says which property is wrong, what it is, and what it may be. */
final class Range {

    private Range() {}

    static void require(boolean holds, String property, Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(property + " is " + value + "; it must be " + range);
        }
    }

    static void requireNumber(String property, double value, double min, double max) {
        require(value >= min && value <= max, property, value, "from " + plain(min) + " to " + plain(max));
    }

    static void requireTime(String property, Duration value, Duration min, Duration max) {
        require(
                value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
                property,
                value.toMillis() + "ms",
                "from " + min.toMillis() + "ms to " + max.toMillis() + "ms");
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
