package dev.evenkeel.model.inference;

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

    /** Bytes of its text in UTF-8; 0 for ids. */
    default long textBytes() {
        return switch (this) {
            case Text(String text) -> utf8(text);
            case Pair(String first, String second) -> utf8(first) + utf8(second);
            case Ids ids -> 0;
        };
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
