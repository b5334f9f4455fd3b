package dev.evenkeel.balancer.admission;

import java.util.function.LongSupplier;

/**
 * Bounds how many requests are sent to a second node while the first has not answered, so that hedging does not feed the
 * very overload that makes nodes slow. A request whose hedge is refused waits for its first node. Safe for use by many threads, without a lock.
 */
public final class HedgeBudget {

    private final TokenBudget budget;
    private final LongSupplier nanoTime;

    /** @param settings {@link BudgetSettings#HEDGES} unless there is a reason */
    public HedgeBudget(BudgetSettings settings, LongSupplier nanoTime) {
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

    /** Hedges that may be sent now. */
    public double balance() {
        return budget.tokens(nanoTime.getAsLong());
    }
}
