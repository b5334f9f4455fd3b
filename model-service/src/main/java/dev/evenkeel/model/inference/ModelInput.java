package dev.evenkeel.model.inference;

import dev.evenkeel.model.predict.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One thing to predict, as a client gives it. */
public sealed interface ModelInput {

    record Text(String text) implements ModelInput {}

    record Pair(String first, String second) implements ModelInput {}

    /** Token ids that the client made itself; taken as they are. */
    record Ids(List<Integer> ids) implements ModelInput {

        public Ids {
            ids = List.copyOf(ids);
        }
    }

    /**
     * All inputs of a tensor model, in its order. A request has one of these, however many rows.
     *
     * @param tensors what is to be predicted
     * @param bodyBytes bytes that they had on the way, which tell later requests' cost; 0 if they came on none
     */
    record Numbers(Tensors tensors, long bodyBytes) implements ModelInput {}

    /** Bytes of its text in UTF-8, or of its tensors' body; 0 for ids. */
    default long bytes() {
        return switch (this) {
            case Text(String text) -> utf8(text);
            case Pair(String first, String second) -> utf8(first) + utf8(second);
            case Ids ids -> 0;
            case Numbers numbers -> numbers.bodyBytes();
        };
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
