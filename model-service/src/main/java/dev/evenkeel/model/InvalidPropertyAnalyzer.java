package dev.evenkeel.model;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionException;

/** Makes what stops the start one sentence that names the property, its value and what it may be. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class InvalidPropertyAnalyzer implements FailureAnalyzer {

    private static final String ACTION = "Change the property; all of them are described in EvenkeelProperties.";

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        InvalidPropertyException invalid = find(failure, InvalidPropertyException.class);
        if (invalid != null) {
            return new FailureAnalysis(String.valueOf(invalid.getMessage()), ACTION, failure);
        }
        BindException bind = find(failure, BindException.class);
        ConversionException conversion = find(failure, ConversionException.class);
        if (bind == null || bind.getProperty() == null || conversion == null) {
            return null;
        }
        String type =
                String.valueOf(bind.getTarget().getType().resolve(Object.class).getSimpleName());
        String sentence = new InvalidPropertyException(
                        bind.getProperty().getName().toString(),
                        bind.getProperty().getValue(),
                        "readable as " + type)
                .getMessage();
        return new FailureAnalysis(String.valueOf(sentence), ACTION, failure);
    }

    /** The innermost of its kind: with properties in properties, that is the one that is wrong. */
    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        T found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            found = type.isInstance(cause) ? type.cast(cause) : found;
        }
        return found;
    }
}
