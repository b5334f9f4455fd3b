package dev.evenkeel.plain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Texts of known lengths in tokens, of common words in random order. */
final class Texts {

    private static final String FILE = "file:";

    /** Texts in a cycle: enough that a length drawn for each comes near the average. */
    private static final int CYCLE = 256;

    /** Lengths of {@code mixed}: short questions are as frequent as paragraphs, half are of 32 tokens or fewer. */
    private static final int SHORTEST = 8;

    private static final int LONGEST = 128;

    private static final String[] WORDS =
            ("the of and to in is you that it he was for on are as with his they at be this"
                            + " have from or one had by word but not what all were we when your can said there use an each which"
                            + " she do how their if will up other about out many then them these so some her would make like him"
                            + " into time has look two more write go see number no way could people my than first water been call"
                            + " who oil its now find long down day did get come made may part")
                    .split(" ");

    private final Encoder encoder;
    private final RandomGenerator random;

    Texts(Encoder encoder, RandomGenerator random) {
        this.encoder = encoder;
        this.random = random;
    }

    /**
     * A cycle of texts.
     *
     * @param tokens a length; {@code mixed} for 8 to 128 tokens, evenly spread over the logarithm; {@code file:PATH} for
     *     the lines of a file
     */
    List<String> cycle(String tokens) throws IOException {
        if (tokens.startsWith(FILE)) {
            List<String> lines = Files.readAllLines(Path.of(tokens.substring(FILE.length()))).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            if (lines.isEmpty()) {
                throw new IllegalArgumentException("--tokens names " + tokens + ", which is empty; one text a line");
            }
            return lines;
        }
        List<String> texts = new ArrayList<>(CYCLE);
        for (int i = 0; i < CYCLE; i++) {
            texts.add(ofTokens(tokens.equals("mixed") ? mixed() : length(tokens)));
        }
        return texts;
    }

    /** A text that the tokenizer makes exactly so many tokens of, the special ones included. */
    String ofTokens(int tokens) {
        StringBuilder text = new StringBuilder(word());
        // common words are a token each in the usual vocabularies; where one is not, another is tried
        for (int tries = 0; tries < 4 * tokens + 16; tries++) {
            int now = encoder.tokenize(text.toString()).length;
            if (now == tokens) {
                return text.toString();
            }
            if (now < tokens) {
                text.append(' ').append(word());
            } else {
                text.setLength(Math.max(0, text.lastIndexOf(" ")));
            }
        }
        throw new IllegalArgumentException("no text of " + tokens
                + " tokens was found; the length counts the special tokens and is within the encoder's limit");
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private int mixed() {
        return (int) Math.round(SHORTEST * Math.pow((double) LONGEST / SHORTEST, random.nextDouble()));
    }

    private static int length(String tokens) {
        try {
            return Integer.parseInt(tokens);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--tokens is '" + tokens + "'; it may be a number, mixed, or file: and a path", e);
        }
    }
}
