package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.InferenceException;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds the model that a request is for, and runs it.
 *
 * @param inference runs it
 * @param defaults the model's name for requests that name none, by task; what is not there is left to the only model
 * @param terms reads how it is to be run from its headers
 */
record Models(Inference inference, Map<Task, String> defaults, RequestTerms terms) {

    private static final long WARMING_MILLIS = 1_000;

    /** Nobody can say what does not exist here while the models are loaded. */
    List<ModelCard> all() {
        List<ModelCard> models = inference.models();
        if (models.isEmpty()) {
            throw new Problem(Problem.Kind.UNAVAILABLE, null, "The node is warming up.", WARMING_MILLIS);
        }
        return models;
    }

    /** @param field where the name was */
    ModelCard named(String name, String field) {
        return all().stream()
                .filter(model -> model.isCalled(name))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        Problem.Kind.UNKNOWN_MODEL,
                        field,
                        "The model '" + name + "' does not exist here; there are: " + names(all()) + "."));
    }

    ModelCard named(String name, String field, Task task) {
        ModelCard model = named(name, field);
        if (model.task() != task) {
            throw Problem.invalid(
                    field,
                    "`" + field + "`: " + name + " does " + model.task().wireName() + ", not " + task.wireName()
                            + "; try: " + names(of(task)) + ".");
        }
        return model;
    }

    /** For requests that name no model: the configured one, else the only one. */
    ModelCard unnamed(Task task, String field) {
        List<ModelCard> candidates = of(task);
        String preferred = defaults.getOrDefault(task, "");
        return candidates.stream()
                .filter(model -> model.name().equals(preferred) || candidates.size() == 1)
                .findFirst()
                .orElseThrow(() -> Problem.invalid(
                        field,
                        candidates.isEmpty()
                                ? "No model here does " + task.wireName() + "."
                                : "Name a model in the header " + field + "; for " + task.wireName() + " there are: "
                                        + names(candidates) + "."));
    }

    /** @param field where the inputs were */
    Rows run(HttpServletRequest request, ModelCard model, List<ModelInput> inputs, boolean truncate, String field) {
        request.setAttribute(LoadFilter.MODEL, model.name());
        try {
            return inference.run(model, inputs, terms.of(request, truncate));
        } catch (InferenceException e) {
            throw Problem.of(e, field);
        }
    }

    private List<ModelCard> of(Task task) {
        return all().stream().filter(model -> model.task() == task).toList();
    }

    private static String names(List<ModelCard> models) {
        return models.stream().map(ModelCard::name).collect(Collectors.joining(", "));
    }
}
