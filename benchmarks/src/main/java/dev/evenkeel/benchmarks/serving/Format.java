package dev.evenkeel.benchmarks.serving;

import java.util.Locale;

/** Numbers in reports. */
final class Format {

    private Format() {}

    /** {@code -} for what was not measured. */
    static String of(int decimals, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "-";
    }
}
