package dev.evenkeel.balancer.endpoint;

import java.time.Duration;

/** Why an endpoint leaves rotation. */
public sealed interface Cause {

    /** Nobody listens at the address. */
    record Refused() implements Cause {}

    /** No connection comes about: the address swallows what is sent there. */
    record Unreachable() implements Cause {}

    /** A connection broke before the answer was whole. */
    record Broken() implements Cause {}

    /** Another instance answers at the address. */
    record OtherInstance() implements Cause {}

    /**
     * It was asked how it is, and nothing was heard from it.
     *
     * @param time for how long
     */
    record Silent(Duration time) implements Cause {}

    /**
     * It answers, and its answers are failures.
     *
     * @param inARow how many there were
     */
    record Failures(int inARow) implements Cause {}

    /**
     * Its answers are failures too often, and the fleet's are not.
     *
     * @param share of recent answers, 0 to 1
     */
    record FailureRate(double share) implements Cause {}

    /**
     * It is slow, and what it has to do does not explain it.
     *
     * @param latency mean of recent answers
     * @param explained what the fleet would take for the same work at this node's speed
     */
    record Slow(Duration latency, Duration explained) implements Cause {}

    /**
     * Requests are inside, and nothing comes out.
     *
     * @param time for how long
     */
    record Stall(Duration time) implements Cause {}

    /** The node says that its prediction is stuck. */
    record SaysStalled() implements Cause {}

    /** The node says that it is short of memory. */
    record SaysMemory() implements Cause {}

    /** What was sent there is not going to be answered. A node whose answers are failures still answers. */
    default boolean isLoss() {
        return switch (this) {
            case Refused _, Unreachable _, Broken _, OtherInstance _, Silent _, Stall _, SaysStalled _ -> true;
            case Failures _, FailureRate _, Slow _, SaysMemory _ -> false;
        };
    }

    /** In a word, for meters. */
    default String tag() {
        return switch (this) {
            case Refused() -> "refused";
            case Unreachable() -> "unreachable";
            case Broken() -> "broken";
            case OtherInstance() -> "other_instance";
            case Silent _ -> "silent";
            case Failures _ -> "failures";
            case FailureRate _ -> "failure_rate";
            case Slow _ -> "slow";
            case Stall _ -> "stall";
            case SaysStalled() -> "says_stalled";
            case SaysMemory() -> "says_memory";
        };
    }

    /** For people. */
    default String inWords() {
        return switch (this) {
            case Refused() -> "refused connection";
            case Unreachable() -> "cannot be reached";
            case Broken() -> "broken connection";
            case OtherInstance() -> "another instance at its address";
            case Silent(Duration time) -> "no answer to polls for " + time.toMillis() + " ms";
            case Failures(int inARow) -> inARow + " failed answers in a row";
            case FailureRate(double share) -> Math.round(share * 100) + " % of its answers are failures";
            case Slow(Duration latency, Duration explained) ->
                "answers in " + latency.toMillis() + " ms, its work explains " + explained.toMillis() + " ms";
            case Stall(Duration time) -> "nothing came out for " + time.toMillis() + " ms";
            case SaysStalled() -> "says that it is stalled";
            case SaysMemory() -> "says that it is short of memory";
        };
    }
}
