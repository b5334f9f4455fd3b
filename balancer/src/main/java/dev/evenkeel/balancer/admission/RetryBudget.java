package dev.evenkeel.balancer.admission;

import java.util.function.LongSupplier;

/**
 * Bounds how many requests are sent again after a failure, so that retries do not multiply the load of a fleet that fails.
 * A request whose retry is refused gets the failure. Safe for use by many threads, without a lock.
 */
public final class RetryBudget {

    private final TokenBudget budget;
    private final LongSupplier nanoTime;

    /** @param settings {@link BudgetSettings#RETRIES} unless there is a reason */
    public RetryBudget(BudgetSettings settings, LongSupplier nanoTime) {
        this.budget = new TokenBudget(settings, nanoTime.getAsLong());
        this.nanoTime = nanoTime;
    }

    /** A client sent a request: it earns its share. */
    public void onRequest() {
        budget.deposit(nanoTime.getAsLong());
    }

    /** True when one more may be sent; that is then spent. */
    public boolean spend() {
        return budget.withdraw(nanoTime.getAsLong());
    }

    /** Retries that may be sent now. */
    public double balance() {
        return budget.tokens(nanoTime.getAsLong());
    }
}
