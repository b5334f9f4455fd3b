package dev.evenkeel.benchmarks.serving;

import dev.evenkeel.benchmarks.load.Bodies;
import dev.evenkeel.benchmarks.node.Bench;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Texts of common words, of exactly so many tokens each: every word of a {@link Vocabulary}
 * is one. One seed gives one sequence of texts, and another in each run.
 *
 * @param seed of all runs
 * @param run tells stretches apart; servers that are compared get the same
 */
record Texts(Lengths lengths, long seed, int run, Vocabulary vocabulary) {

    String text(int index) {
        SplittableRandom random = new SplittableRandom((seed * 1_000_003 + run) * 1_000_003 + index);
        List<String> known = vocabulary.words();
        int words = Math.max(1, lengths.draw().applyAsInt(random) - vocabulary.specials());
        return IntStream.range(0, words)
                .mapToObj(_ -> known.get(random.nextInt(known.size())))
                .collect(Collectors.joining(" "));
    }

    /** Requests with so many texts each. */
    Bodies bodies(int inputs) {
        return index -> json(IntStream.range(0, inputs)
                .mapToObj(i -> text(index * inputs + i))
                .toList());
    }

    /** One text goes as a string, several as a list. */
    static byte[] json(List<String> texts) {
        String strings = texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(","));
        return "{\"model\":\"%s\",\"input\":%s}"
                .formatted(Bench.MODEL, texts.size() == 1 ? strings : "[" + strings + "]")
                .getBytes(StandardCharsets.UTF_8);
    }
}
