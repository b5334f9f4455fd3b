package dev.evenkeel.balancer;

import java.math.BigDecimal;

/**
 * A number that a policy can be given.
 *
 * @param name as it stands in a spec
 * @param byDefault what it is when it is not given
 * @param min it may be this
 * @param max and this
 * @param whole it may be no fraction
 */
record Parameter(String name, double byDefault, double min, double max, boolean whole) {

    /** Longest time, an hour: longer is for ever to a policy. */
    private static final double MAX_MILLIS = 3_600_000;

    static Parameter number(String name, double byDefault, double min, double max) {
        return new Parameter(name, byDefault, min, max, false);
    }

    static Parameter whole(String name, double byDefault, double min, double max) {
        return new Parameter(name, byDefault, min, max, true);
    }

    /** Of milliseconds. */
    static Parameter millis(String name, double byDefault, double min) {
        return whole(name, byDefault, min, MAX_MILLIS);
    }

    /** @throws IllegalArgumentException when it is none of those that there may be */
    double parse(String policy, String text) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException _) {
            value = Double.NaN;
        }
        // NaN is not within anything
        if (value >= min && value <= max && (!whole || value == Math.rint(value))) {
            return value;
        }
        throw new IllegalArgumentException("%s of %s is %s; it must be a %s from %s to %s"
                .formatted(name, policy, text, whole ? "whole number" : "number", plain(min), plain(max)));
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
