package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.node.Node;
import dev.evenkeel.benchmarks.policies.Sentences;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes sure that a text of n words has n tokens and the tokenizer's special ones, by what the server counts. */
final class TokenCheck {

    /** Words of one question: below the longest text of any encoder that is measured here. */
    private static final int AT_ONCE = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PROMPT_TOKENS = Pattern.compile("\"prompt_tokens\"\\s*:\\s*(\\d+)");

    private TokenCheck() {}

    /**
     * The special tokens of a text.
     *
     * @throws IllegalStateException when a word of the list is not one token
     */
    static int specials(Node server) {
        return specials(server.process().name(), Sentences.words(), text -> tokens(server, text));
    }

    /**
     * As the other, for any words and any count. A word is one token at least, so as many tokens as words means one
     * each.
     */
    static int specials(String name, List<String> words, ToIntFunction<String> tokens) {
        int specials = tokens.applyAsInt(words.getFirst()) - 1;
        for (int start = 0; start < words.size(); start += AT_ONCE) {
            List<String> some = words.subList(start, Math.min(words.size(), start + AT_ONCE));
            int counted = tokens.applyAsInt(String.join(" ", some));
            if (counted != some.size() + specials) {
                throw new IllegalStateException(
                        "%s counts %d tokens in %d words from '%s' on, and %d in '%s': the texts of"
                                        .formatted(
                                                name,
                                                counted,
                                                some.size(),
                                                some.getFirst(),
                                                specials + 1,
                                                words.getFirst())
                                + " this run need a tokenizer that has each of the words as one token");
            }
        }
        return specials;
    }

    private static int tokens(Node server, String text) {
        Node.Answer answer = server.post(Texts.json(List.of(text)), PATIENCE).join();
        Matcher tokens = PROMPT_TOKENS.matcher(answer.body());
        if (!tokens.find()) {
            throw new IllegalStateException("%s answered %d without usage.prompt_tokens: %.300s"
                    .formatted(server.process().name(), answer.status(), answer.body()));
        }
        return Integer.parseInt(tokens.group(1));
    }
}
