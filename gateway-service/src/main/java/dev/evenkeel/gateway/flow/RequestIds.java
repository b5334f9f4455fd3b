package dev.evenkeel.gateway.flow;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Names for requests. Those of two gateways differ, as each has a prefix by chance, of 64 bits. */
public final class RequestIds {

    /** Longest id of a client that is kept; a UUID has 36. */
    private static final int MAX_LENGTH = 128;

    private final String prefix;
    private final AtomicLong made = new AtomicLong();

    public RequestIds(RandomGenerator random) {
        this.prefix = Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX) + '-';
    }

    /** A new one. */
    public String next() {
        return prefix + Long.toString(made.incrementAndGet(), Character.MAX_RADIX);
    }

    /**
     * True for an id of a client that may stand in logs, headers and paths: up to 128 letters, digits and {@code . _ : -}.
     * Another one is replaced, not refused: it is no part of the question.
     */
    public static boolean mayBeKept(@Nullable String id) {
        return id != null
                && !id.isEmpty()
                && id.length() <= MAX_LENGTH
                && id.chars().allMatch(RequestIds::isHarmless);
    }

    private static boolean isHarmless(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == ':';
    }
}
