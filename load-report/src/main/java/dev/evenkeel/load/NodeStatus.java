package dev.evenkeel.load;

import java.util.List;

/**
 * What a node's {@code /actuator/load} answers, as JSON with these names.
 *
 * @param instance the node's instance id, new at every start
 * @param load the node's {@link LoadReport} in the form of {@link OrcaText}: one format, whichever way it travels
 * @param models what the node serves; empty until they are loaded
 */
public record NodeStatus(String instance, String load, List<ServedModel> models) {

    public NodeStatus {
        models = List.copyOf(models);
    }

    /**
     * A model that a node serves, and what a request to it costs there. An input of n tokens costs
     * {@code costBase + costPerToken * n} work units.
     *
     * @param name the name that requests give
     * @param version the model's version
     * @param aliases other names for it
     * @param task what it does: {@code embedding}, {@code classification}, {@code rerank} or {@code tensor}
     * @param costBase work units of an input of no tokens, &gt;= 0
     * @param costPerToken work units of each token, &gt;= 0
     * @param tokensPerByte tokens of an input per byte of its text in UTF-8, as measured lately, &gt;= 0: lets the
     *     gateway guess a request's work without a tokenizer
     */
    public record ServedModel(
            String name,
            String version,
            List<String> aliases,
            String task,
            double costBase,
            double costPerToken,
            double tokensPerByte) {

        public ServedModel {
            aliases = List.copyOf(aliases);
        }
    }
}
