package dev.evenkeel.model.api;

import dev.evenkeel.load.Headers;
import dev.evenkeel.model.inference.Inference;
import dev.evenkeel.model.inference.InferenceException;
import dev.evenkeel.model.inference.ModelCard;
import dev.evenkeel.model.inference.ModelInput;
import dev.evenkeel.model.inference.Rows;
import dev.evenkeel.model.inference.RunOptions;
import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.report.LoadFilter;
import dev.evenkeel.model.tokenize.TextToken;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    /** Of a version, unless that is null. */
    ModelCard versioned(String name, @Nullable String version) {
        ModelCard model = named(name, "model");
        if (version != null && !version.equals(model.version())) {
            throw new Problem(
                    Problem.Kind.UNKNOWN_MODEL,
                    "version",
                    "The model '" + name + "' is here in version " + model.version() + ", not " + version + ".");
        }
        return model;
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

    /** For APIs whose requests name no model: the one in the header {@value Headers#MODEL}, else the task's default. */
    ModelCard byHeader(HttpServletRequest request, Task task) {
        String named = request.getHeader(Headers.MODEL);
        return named == null ? unnamed(task, Headers.MODEL) : named(named, Headers.MODEL, task);
    }

    /**
     * One that scores texts: a cross-encoder, or an embedder, which is the default where there is no cross-encoder.
     *
     * @param name what the request calls it, if it does
     * @param field where the name was, or would be
     */
    ModelCard ranker(Optional<String> name, String field) {
        return name.map(given -> {
                    ModelCard model = named(given, field);
                    return model.task() == Task.EMBEDDING ? model : named(given, field, Task.RERANK);
                })
                .orElseGet(() -> unnamed(of(Task.RERANK).isEmpty() ? Task.EMBEDDING : Task.RERANK, field));
    }

    Optional<String> header(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader(Headers.MODEL));
    }

    /** @param field where the inputs were */
    Rows run(HttpServletRequest request, ModelCard model, List<ModelInput> inputs, boolean truncate, String field) {
        return run(request, model, inputs, terms.of(request, truncate), _ -> field);
    }

    /** @param field where each of the inputs was, by its number */
    Rows run(
            HttpServletRequest request,
            ModelCard model,
            List<ModelInput> inputs,
            RunOptions options,
            IntFunction<String> field) {
        begin(request, model);
        try {
            return inference.run(model, inputs, options);
        } catch (InferenceException e) {
            throw Problem.of(e, field);
        }
    }

    /** @param field where the texts were */
    List<List<TextToken>> tokens(
            HttpServletRequest request, ModelCard model, List<String> texts, boolean special, String field) {
        begin(request, model);
        try {
            return inference.tokens(
                    model, texts, special, terms.of(request, false).timeout());
        } catch (InferenceException e) {
            throw Problem.of(e, _ -> field);
        }
    }

    /** From here on the request waits for others, and need not be in turn. */
    private static void begin(HttpServletRequest request, ModelCard model) {
        request.setAttribute(LoadFilter.MODEL, model.name());
        Turns.end(request);
    }

    private List<ModelCard> of(Task task) {
        return all().stream().filter(model -> model.task() == task).toList();
    }

    private static String names(List<ModelCard> models) {
        return models.stream().map(ModelCard::name).collect(Collectors.joining(", "));
    }
}
