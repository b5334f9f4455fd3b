package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words that are one token each, by what a server counts: a text of n of them has n tokens and the special ones.
 *
 * @param specials tokens that the tokenizer adds to a text
 */
record Vocabulary(List<String> words, int specials) {

    /** Words of one question: below the longest text of any encoder that is measured here. */
    private static final int AT_ONCE = 100;

    /** Fewer would make texts alike. */
    private static final int ENOUGH = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PROMPT_TOKENS = Pattern.compile("\"prompt_tokens\"\\s*:\\s*(\\d+)");

    /**
     * Those of the words that a server counts as one token.
     *
     * @throws IllegalStateException when they are too few
     */
    static Vocabulary of(Node server, List<String> words) {
        Vocabulary vocabulary = of(words, text -> tokens(server, text));
        if (vocabulary.words.size() < ENOUGH) {
            throw new IllegalStateException("%s counts %d of %d words as one token; texts of exact length need %d"
                    .formatted(server.process().name(), vocabulary.words.size(), words.size(), ENOUGH));
        }
        return vocabulary;
    }

    /** As the other, for any count. */
    static Vocabulary of(List<String> words, ToIntFunction<String> tokens) {
        String any = words.getFirst();
        int specials = 2 * tokens.applyAsInt(any) - tokens.applyAsInt(any + " " + any);
        List<String> single = new ArrayList<>();
        for (int start = 0; start < words.size(); start += AT_ONCE) {
            keepSingle(words.subList(start, Math.min(words.size(), start + AT_ONCE)), specials, tokens, single);
        }
        return new Vocabulary(List.copyOf(single), specials);
    }

    /** A word is one token at least, so as many tokens as words means one each; halves those that have more. */
    private static void keepSingle(
            List<String> words, int specials, ToIntFunction<String> tokens, List<String> single) {
        if (tokens.applyAsInt(String.join(" ", words)) == words.size() + specials) {
            single.addAll(words);
        } else if (words.size() > 1) {
            int half = words.size() / 2;
            keepSingle(words.subList(0, half), specials, tokens, single);
            keepSingle(words.subList(half, words.size()), specials, tokens, single);
        }
    }

    /**
     * Makes sure that another server counts as the first one did.
     *
     * @throws IllegalStateException when it does not: the two would not compute the same
     */
    void requireOf(Node server) {
        Vocabulary others = of(server, words);
        if (!others.equals(this)) {
            throw new IllegalStateException(
                    "%s counts tokens otherwise than the node: it adds %d to a text, the node %d; %d of %d words are one token"
                            .formatted(
                                    server.process().name(),
                                    others.specials,
                                    specials,
                                    others.words.size(),
                                    words.size()));
        }
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
