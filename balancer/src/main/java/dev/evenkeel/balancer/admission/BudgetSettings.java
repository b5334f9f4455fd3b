package dev.evenkeel.balancer.admission;

import java.time.Duration;

/**
 * How much may be sent beyond what clients ask for.
 *
 * @param share of the requests, 0 to 1
 * @param perSecond as many more each second, &gt;= 0, so that a gateway with few requests may repeat one at all
 * @param window for how long what is not used may be saved up, above 0
 */
public record BudgetSettings(double share, double perSecond, Duration window) {

    /** Finagle's: 20 %, 10 a second, 10 s. A fleet that fails altogether sees a fifth more load, not three times as much. */
    public static final BudgetSettings RETRIES = new BudgetSettings(0.2, 10, Duration.ofSeconds(10));

    /**
     * One in twenty, as "The Tail at Scale" hedges what is slower than the 95th percentile; saved up for a second only, as a
     * hedge is worth its load while a few requests are slow, and none when all are.
     */
    public static final BudgetSettings HEDGES = new BudgetSettings(0.05, 1, Duration.ofSeconds(1));

    public BudgetSettings {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + "; it must be from 0 to 1");
        }
        if (!(perSecond >= 0 && perSecond < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("perSecond is " + perSecond + "; it must be 0 or more");
        }
        if (!window.isPositive()) {
            throw new IllegalArgumentException("window is " + window + "; it must be above 0");
        }
    }
}
