package dev.evenkeel.balancer.admission;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A token bucket that every request adds to, and that leaks. Finagle's retry budget keeps the deposits of a sliding window;
 * here they fade over it, which needs two numbers and no buckets, and allows the same rate in the long run.
 */
final class TokenBudget {

    /** Swapped as one. */
    private record Balance(double tokens, long at) {}

    private final BudgetSettings settings;
    private final AtomicReference<Balance> balance;

    /** It begins with what the floor alone would have brought. */
    TokenBudget(BudgetSettings settings, long now) {
        this.settings = settings;
        this.balance = new AtomicReference<>(new Balance(settings.perSecond() * seconds(), now));
    }

    private double seconds() {
        return settings.window().toNanos() / 1e9;
    }

    void deposit(long now) {
        Balance before;
        do {
            before = balance.get();
        } while (!balance.compareAndSet(
                before, new Balance(tokens(before, now) + settings.share(), later(before, now))));
    }

    boolean withdraw(long now) {
        while (true) {
            Balance before = balance.get();
            double tokens = tokens(before, now);
            if (tokens < 1) {
                return false;
            }
            if (balance.compareAndSet(before, new Balance(tokens - 1, later(before, now)))) {
                return true;
            }
        }
    }

    double tokens(long now) {
        return tokens(balance.get(), now);
    }

    /** What was there has faded by {@code exp(-t / window)}; the floor's inflow fades the same way as it comes. */
    private double tokens(Balance before, long now) {
        double keep = Math.exp(
                -Math.max(0, now - before.at) / (double) settings.window().toNanos());
        return before.tokens * keep + settings.perSecond() * seconds() * (1 - keep);
    }

    private static long later(Balance before, long now) {
        return now - before.at > 0 ? now : before.at;
    }
}
