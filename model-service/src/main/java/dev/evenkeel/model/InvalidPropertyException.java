package dev.evenkeel.model;

import org.jspecify.annotations.Nullable;

/** A property has a value that it may not have; the message is one sentence for people. */
final class InvalidPropertyException extends RuntimeException {

    InvalidPropertyException(String property, @Nullable Object value, String mayBe) {
        super(property + " is " + (value == null ? "missing" : "'" + value + "'") + "; it must be " + mayBe + ".");
    }
}
