package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.tokenize.TextToken;
import java.util.List;

/** Turns what clients give into what a model's engine takes; as many threads at once as like. */
interface Encoder extends AutoCloseable {

    /**
     * Of one input.
     *
     * @param index of the input in its request, for the message
     * @param truncate cut what is too long
     * @throws InferenceException.InvalidInput if the model cannot take it
     */
    Example encode(ModelInput input, int index, boolean truncate);

    /**
     * The tokens of a text, as a client may ask for them.
     *
     * @param index of the text in its request, for the message
     * @param special with the special tokens
     * @throws InferenceException.InvalidInput if the text is too long, or the model takes no text
     */
    List<TextToken> tokens(String text, int index, boolean special);

    /** A small one, to warm a predictor with. */
    Example sample();

    @Override
    void close();
}
