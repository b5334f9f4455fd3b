package dev.evenkeel.benchmarks.serving;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node has computed so far, from its meters.
 *
 * @param padded tokens with the padding
 */
record Batches(double batches, double inputs, double tokens, double padded) {

    /** Reads the text that Prometheus gets; a meter that is not there counts nothing. */
    static Batches of(String prometheus) {
        return new Batches(
                sum(prometheus, "evenkeel_batch_size_inputs_count"),
                sum(prometheus, "evenkeel_batch_size_inputs_sum"),
                sum(prometheus, "evenkeel_batch_tokens_sum"),
                sum(prometheus, "evenkeel_batch_padded_tokens_sum"));
    }

    private static double sum(String prometheus, String meter) {
        Matcher line = Pattern.compile("^" + meter + "(?:\\{[^}]*\\})? (\\S+)", Pattern.MULTILINE)
                .matcher(prometheus);
        return line.results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    Batches since(Batches before) {
        return new Batches(
                batches - before.batches, inputs - before.inputs, tokens - before.tokens, padded - before.padded);
    }

    double meanInputs() {
        return inputs / batches;
    }

    /** 1 is no padding. */
    double paddedToReal() {
        return padded / tokens;
    }
}
