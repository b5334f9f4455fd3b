package dev.evenkeel.benchmarks.fleet;

import dev.evenkeel.benchmarks.load.Bodies;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests for embeddings of made-up sentences of common words. In every run of a trace the sentence at one place has
 * the same words, in another order: the same work, and never an answer from a node's cache.
 */
public final class Sentences implements Bodies {

    private static final List<String> WORDS = List.of(
            ("the of and to in is was for on that with as are this be at from by have not or had but what all were when"
                            + " we there can an your which their said if do will each about how up out them then she"
                            + " many some so these would other into has more her two like him see time could no make"
                            + " than first been its who now people my made over did down only way find use may water"
                            + " long little very after words called just where most know get through back much before"
                            + " go good new write our used me man too any day same right look think also around"
                            + " another came come work three word must because does part even place well such here take"
                            + " why things help put years different away again off went old number great tell men say"
                            + " small every found still between name should home big give air line set own under read"
                            + " last never us left end along while might next sound below saw something thought both"
                            + " few those always looked show large often together asked house world going want school"
                            + " important until form food keep children feet land side without boy once animals life"
                            + " enough took sometimes four head above kind began almost live page got earth need far"
                            + " hand high year mother light parts country father let night following picture being study"
                            + " second eyes soon times story boys since white days ever paper hard near sentence better"
                            + " best across during today others however sure means knew try told young miles sun ways"
                            + " thing whole hear example heard several change answer room sea against top turned learn"
                            + " point city play toward five using himself usually money")
                    .split(" ", -1));

    private final String model;
    private final long seed;
    private final int run;
    private final int leastWords;
    private final int mostWords;

    /**
     * Sentences for one run.
     *
     * @param seed of the trace
     * @param run tells runs of one trace apart
     */
    public Sentences(String model, long seed, int run, int leastWords, int mostWords) {
        this.model = model;
        this.seed = seed;
        this.run = run;
        this.leastWords = leastWords;
        this.mostWords = mostWords;
    }

    /** The common words, each once. */
    public static List<String> words() {
        return WORDS;
    }

    /** Of the sentence at a place. */
    public int words(int index) {
        return count(randomAt(index));
    }

    private SplittableRandom randomAt(int index) {
        return new SplittableRandom(seed * 1_000_003 + index);
    }

    private int count(SplittableRandom random) {
        return random.nextInt(leastWords, mostWords + 1);
    }

    @Override
    public byte[] body(int index) {
        SplittableRandom random = randomAt(index);
        List<String> words = IntStream.range(0, count(random))
                .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
                .collect(Collectors.toList());
        Collections.shuffle(words, Random.from(new SplittableRandom(random.nextLong() + run)));
        return "{\"model\":\"%s\",\"input\":\"%s\"}"
                .formatted(model, String.join(" ", words))
                .getBytes(StandardCharsets.UTF_8);
    }
}
