package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the files beside a model say of its input and output: {@code config.json}, and sentence-transformers'
 * {@code modules.json} with the pooling module's {@code config.json}.
 *
 * @param padId {@code pad_token_id}; 0 when it says none
 * @param modules whether there is a modules.json
 * @param pooling its pooling; AUTO when it has none
 * @param normalizes whether it has a Normalize module
 * @param others modules that are neither: they are part of the model only if it gives rows
 */
record FolderFiles(long padId, boolean modules, Pooling pooling, boolean normalizes, List<String> others) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Later versions of sentence-transformers may know more; what is true and not here is refused. */
    private static final Map<String, Pooling> MODES = Map.of(
            "pooling_mode_cls_token", Pooling.CLS,
            "pooling_mode_mean_tokens", Pooling.MEAN,
            "pooling_mode_max_tokens", Pooling.MAX,
            "pooling_mode_lasttoken", Pooling.LAST);

    FolderFiles {
        others = List.copyOf(others);
    }

    static FolderFiles read(String model, Path folder) throws IOException {
        long padId =
                json(model, folder.resolve("config.json")).path("pad_token_id").asLong(0);
        Path file = folder.resolve("modules.json");
        Pooling pooling = Pooling.AUTO;
        boolean normalizes = false;
        List<String> others = new ArrayList<>();
        for (JsonNode module : json(model, file)) {
            String type = module.path("type").asString("");
            switch (type.substring(type.lastIndexOf('.') + 1)) {
                case "Transformer" -> {}
                case "Pooling" ->
                    pooling = pooling(
                            model,
                            folder.resolve(module.path("path").asString("")).resolve("config.json"));
                case "Normalize" -> normalizes = true;
                default -> others.add(type);
            }
        }
        return new FolderFiles(padId, Files.exists(file), pooling, normalizes, others);
    }

    private static Pooling pooling(String model, Path config) throws IOException {
        List<String> modes = new ArrayList<>();
        json(model, config).properties().forEach(each -> {
            if (each.getKey().startsWith("pooling_mode_") && each.getValue().asBoolean(false)) {
                modes.add(each.getKey());
            }
        });
        Pooling pooling = modes.size() == 1 ? MODES.get(modes.getFirst()) : null;
        if (pooling == null) {
            throw new IOException("model " + model + ": " + config + " sets " + modes + "; it may set one of "
                    + MODES.keySet().stream().sorted().toList());
        }
        return pooling;
    }

    /** Nothing when there is no such file. */
    private static JsonNode json(String model, Path file) throws IOException {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new IOException("model " + model + ": " + file + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
