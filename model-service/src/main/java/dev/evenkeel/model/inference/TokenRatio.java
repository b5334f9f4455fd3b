package dev.evenkeel.model.inference;

/** Tokens per byte of text in UTF-8, of late: two sums that fade, so that long texts count for what they weigh. */
final class TokenRatio {

    private static final double FADE = 0.99;

    private double tokens;
    private double bytes;
    private volatile double perByte;

    /** @param perByte a first guess, which weighs as much as a kilobyte of text */
    TokenRatio(double perByte) {
        this.bytes = 1024;
        this.tokens = 1024 * perByte;
        this.perByte = perByte;
    }

    double perByte() {
        return perByte;
    }

    synchronized void observe(long moreTokens, long moreBytes) {
        if (moreBytes > 0) {
            tokens = tokens * FADE + moreTokens;
            bytes = bytes * FADE + moreBytes;
            perByte = tokens / bytes;
        }
    }
}
