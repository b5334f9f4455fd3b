package dev.evenkeel.model.inference;

import dev.evenkeel.batcher.Lane;
import dev.evenkeel.load.NodeStatus;
import dev.evenkeel.model.predict.LoadedModel;
import dev.evenkeel.model.report.LearnedCost;

/** A model in memory with all that belongs to it. */
record Served(ModelCard card, Lane lane, Encoder encoder, LoadedModel model, LearnedCost cost, TokenRatio tokenRatio) {

    void close() {
        encoder.close();
        model.close();
    }

    NodeStatus.ServedModel status() {
        return new NodeStatus.ServedModel(
                card.name(),
                card.version(),
                card.aliases(),
                card.task().wireName(),
                cost.cost().base(),
                cost.cost().perToken(),
                tokenRatio.perByte());
    }
}
