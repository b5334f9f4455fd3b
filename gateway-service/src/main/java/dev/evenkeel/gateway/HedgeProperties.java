package dev.evenkeel.gateway;

import static dev.evenkeel.gateway.Range.requireNumber;

import dev.evenkeel.balancer.admission.BudgetSettings;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether what takes long is sent to a second node, {@code evenkeel.hedge.*}.
 *
 * @param enabled default true: inference is a pure function, so it is safe, and it is what helps those who are inside a node
 *     when that becomes slow. It sends up to the budget's share more to nodes that have next to nothing to do
 * @param budgetShare hedges, as a share of the requests that come in; default 0.05, from 0 to 1
 * @param budgetPerSecond as many more each second; default 1, from 0 to 100000
 */
public record HedgeProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0.05") double budgetShare,
        @DefaultValue("1") double budgetPerSecond) {

    private static final String PREFIX = "evenkeel.hedge.";

    public HedgeProperties {
        requireNumber(PREFIX + "budget-share", budgetShare, 0, 1);
        requireNumber(PREFIX + "budget-per-second", budgetPerSecond, 0, 100_000);
    }

    BudgetSettings budget() {
        return new BudgetSettings(budgetShare, budgetPerSecond, BudgetSettings.HEDGES.window());
    }
}
