package dev.evenkeel.balancer.admission;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Bounds what a gateway sends of its own accord: retries, so that they do not multiply the load of a fleet that fails, and
 * hedges, so that they do not feed the very overload that makes nodes slow. What is refused is not sent: the failure stands, or
 * the request waits for its first node. Safe for use by many threads, without a lock.
 *
 * <p>A token bucket that every request adds to, and that leaks. Finagle's retry budget keeps the deposits of a sliding window;
 * here they fade over it, which needs two numbers and no buckets, and allows the same rate in the long run.
 */
public final class Budget {

    /** Swapped as one. */
    private record Balance(double tokens, long at) {}

    private final BudgetSettings settings;
    private final LongSupplier nanoTime;
    private final AtomicReference<Balance> balance;

    /**
     * It begins with what the floor alone would have brought.
     *
     * @param settings {@link BudgetSettings#RETRIES} or {@link BudgetSettings#HEDGES} unless there is a reason
     */
    public Budget(BudgetSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.balance = new AtomicReference<>(new Balance(settings.perSecond() * seconds(), nanoTime.getAsLong()));
    }

    /** A client sent a request: it earns its share. */
    public void onRequest() {
        long now = nanoTime.getAsLong();
        Balance before;
        do {
            before = balance.get();
        } while (!balance.compareAndSet(
                before, new Balance(tokens(before, now) + settings.share(), later(before, now))));
    }

    /** True when one more may be sent; that is then spent. */
    public boolean spend() {
        long now = nanoTime.getAsLong();
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

    /** What may be sent now. */
    public double balance() {
        return tokens(balance.get(), nanoTime.getAsLong());
    }

    private double seconds() {
        return settings.window().toNanos() / 1e9;
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
