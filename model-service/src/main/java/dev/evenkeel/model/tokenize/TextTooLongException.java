package dev.evenkeel.model.tokenize;

/** A text that is too long to be tokenized whole, whatever is in it. The message is one sentence, made for the caller. */
public final class TextTooLongException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TextTooLongException(long characters, long limit) {
        super("the text has " + characters + " characters; at most " + limit + " are tokenized (or set truncate)");
    }
}
