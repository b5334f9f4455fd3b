package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.Example;
import dev.evenkeel.model.predict.TensorSpec;
import dev.evenkeel.model.predict.Tensors;
import dev.evenkeel.model.tokenize.TextToken;
import java.util.List;
import java.util.stream.IntStream;

/** Tensors are what the engine takes; all that is left is to see that they are the model's. */
record TensorEncoder(ModelCard card) implements Encoder {

    @Override
    public Example encode(ModelInput input, int index, boolean truncate) {
        if (input instanceof ModelInput.Numbers(Tensors tensors, long bytes) && fits(tensors)) {
            return tensors;
        }
        throw new InferenceException.InvalidInput(
                index, "input " + index + " does not fit " + card.name() + ", which takes " + card.inputs());
    }

    private boolean fits(Tensors given) {
        List<TensorSpec> specs = card.inputs();
        return given.tensors().size() == specs.size()
                && IntStream.range(0, specs.size())
                        .allMatch(i -> specs.get(i).datatype()
                                        == given.tensors().get(i).datatype()
                                && specs.get(i).fits(given.tensors().get(i).shape()));
    }

    @Override
    public List<TextToken> tokens(String text, int index, boolean special) {
        throw new InferenceException.InvalidInput(index, "input " + index + " is text; " + card.name() + " takes none");
    }

    @Override
    public Tensors sample() {
        return Tensors.zeros(card.inputs());
    }

    @Override
    public void close() {
        // it holds nothing
    }
}
