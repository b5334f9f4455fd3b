package dev.evenkeel.model.report;

/**
 * What a model did since the node started.
 *
 * @param success requests that were answered, from their first byte to the start of the answer
 * @param fail requests that got an error, the client's or the node's
 * @param tokenize requests whose texts were tokenized
 * @param queue inputs, and their wait for a worker
 * @param predict batches, and the engine's time for them
 * @param inputs that were predicted, in all batches
 */
public record ModelStatistics(Took success, Took fail, Took tokenize, Took queue, Took predict, long inputs) {

    /**
     * How often, and how long together.
     *
     * @param count how often
     * @param nanos nanoseconds, all of them
     */
    public record Took(long count, long nanos) {

        static final Took NOTHING = new Took(0, 0);

        Took plus(Took other) {
            return new Took(count + other.count, nanos + other.nanos);
        }
    }
}
