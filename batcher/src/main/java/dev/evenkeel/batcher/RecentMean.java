package dev.evenkeel.batcher;

/** An exponentially weighted mean of what was seen of late; 0 until then. */
final class RecentMean {

    /** As for a round trip's smoothed time (RFC 6298): half of the weight is on the last five. */
    private static final double WEIGHT = 1.0 / 8;

    private double mean;
    private boolean seen;

    void add(double value) {
        mean = seen ? mean + WEIGHT * (value - mean) : value;
        seen = true;
    }

    double value() {
        return mean;
    }
}
