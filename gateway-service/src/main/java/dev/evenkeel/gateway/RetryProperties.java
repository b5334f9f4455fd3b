package dev.evenkeel.gateway;

import static dev.evenkeel.gateway.Range.require;
import static dev.evenkeel.gateway.Range.requireNumber;
import static dev.evenkeel.gateway.Range.requireTime;
import static java.util.Objects.requireNonNullElse;

import dev.evenkeel.balancer.admission.BudgetSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What happens when a node fails, {@code evenkeel.retry.*}. What is not set is null here and has the balancer's own default.
 *
 * @param maxAttempts nodes that one request is sent to at most; default 3, from 1 to 10
 * @param maxWholeResponse an answer up to this length is held until it is whole, so that it can be had from another node when
 *     this one dies; default 1MB, up to 64MB
 * @param budgetShare further attempts, as a share of the requests that come in; default 0.2, from 0 to 1. Without budget the
 *     client gets the failure
 * @param budgetPerSecond as many more each second; default 10, from 0 to 100000
 * @param budgetWindow for how long what is not used is saved up; default 10s, from 1s to 5m
 */
public record RetryProperties(
        @DefaultValue("3") int maxAttempts,
        @DefaultValue("1MB") DataSize maxWholeResponse,
        @Nullable Double budgetShare,
        @Nullable Double budgetPerSecond,
        @Nullable Duration budgetWindow) {

    private static final String PREFIX = "evenkeel.retry.";

    public RetryProperties {
        require(maxAttempts >= 1 && maxAttempts <= 10, PREFIX + "max-attempts", maxAttempts, "from 1 to 10");
        require(
                maxWholeResponse.toBytes() >= 0 && maxWholeResponse.toBytes() <= 64L << 20,
                PREFIX + "max-whole-response",
                maxWholeResponse,
                "from 0B to 64MB");
        if (budgetShare != null) {
            requireNumber(PREFIX + "budget-share", budgetShare, 0, 1);
        }
        if (budgetPerSecond != null) {
            requireNumber(PREFIX + "budget-per-second", budgetPerSecond, 0, 100_000);
        }
        if (budgetWindow != null) {
            requireTime(PREFIX + "budget-window", budgetWindow, Duration.ofSeconds(1), Duration.ofMinutes(5));
        }
    }

    BudgetSettings budget() {
        BudgetSettings usual = BudgetSettings.RETRIES;
        return new BudgetSettings(
                requireNonNullElse(budgetShare, usual.share()),
                requireNonNullElse(budgetPerSecond, usual.perSecond()),
                requireNonNullElse(budgetWindow, usual.window()));
    }
}
