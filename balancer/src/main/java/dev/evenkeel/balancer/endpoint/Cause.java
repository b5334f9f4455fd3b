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

    /** What was sent there is not going to be answered. A node whose answers are failures still answers. */
    default boolean isLoss() {
        return !(this instanceof Failures);
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
        };
    }
}
