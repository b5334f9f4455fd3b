package dev.evenkeel.model;

import dev.evenkeel.model.inference.Task;
import dev.evenkeel.model.predict.Datatype;
import dev.evenkeel.model.predict.EngineKind;
import dev.evenkeel.model.predict.Normalization;
import dev.evenkeel.model.predict.Pooling;
import dev.evenkeel.model.predict.TensorSettings;
import dev.evenkeel.model.predict.TensorSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A model that a node serves; docs/own-models.md is the guide.
 *
 * @param name the name that requests give: letters, digits, dot, underscore and hyphen
 * @param version the model's version. Default 1
 * @param url where its files are: {@code classpath:/folder/}, {@code file:/folder/}, {@code file:/x.zip},
 *     {@code https://host/x.zip} or {@code djl://group/artifact} of DJL's model zoo. What comes from elsewhere is kept in
 *     {@code evenkeel.weights-dir}, and found there without a network
 * @param sha256 of the zip, 64 hexadecimal digits; another content is refused. Default: whatever comes is taken
 * @param task what it does: {@code embedding}, {@code classification}, {@code rerank}, or {@code tensor} for numbers in and
 *     out
 * @param engine what runs it: {@code pytorch} or {@code onnxruntime}. Default: whichever its file is for, PyTorch when
 *     there are both
 * @param pooling how an embedder's token vectors become one: {@code none}, {@code mean}, {@code cls}, {@code max}...
 *     Default {@code auto}: as the folder's {@code modules.json} says, else mean where the model gives token vectors
 * @param normalize whether vectors are brought to length 1: {@code yes}, {@code no}. Default {@code auto}, as the folder
 *     says
 * @param inputs of a tensor model: name, datatype and shape of each. In ONNX the file says them, and what is here is
 *     narrower; TorchScript needs all of them. Default: as the file says
 * @param outputs of a tensor model, in its order, all of them or none. Default: as the file, or a try at the start, says
 * @param maxBatch inputs in a batch, of a tensor model requests. Default 8, past which a CPU gains next to nothing; 1 to 1024
 * @param maxBatchTokens padded tokens in a batch: the longest input's times the inputs. Default 256: a call of so many
 *     tokens does as much per second as a larger one on a CPU, which only takes longer; at least 1
 * @param maxTokens tokens of an input. Default: what the model was made for; at least 2, and not above its positions
 * @param workers batches of it that are predicted at once, at most. Default: as many as the node has workers; 1 to 256
 * @param aliases other names for it
 * @param required without it the node does not start. Default true
 */
public record ModelProperties(
        @Nullable String name,
        @DefaultValue("1") String version,
        @Nullable String url,
        @Nullable String sha256,
        @Nullable Task task,
        @Nullable EngineKind engine,
        @DefaultValue("auto") Pooling pooling,
        @DefaultValue("auto") Normalization normalize,
        @DefaultValue List<TensorProperties> inputs,
        @DefaultValue List<TensorProperties> outputs,
        @DefaultValue("8") int maxBatch,
        @DefaultValue("256") int maxBatchTokens,
        @Nullable Integer maxTokens,
        @DefaultValue("256") int workers,
        @DefaultValue List<String> aliases,
        @DefaultValue("true") boolean required) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Set<String> SCHEMES = Set.of("classpath", "file", "http", "https", "djl");

    public ModelProperties {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        aliases = List.copyOf(aliases);
    }

    /**
     * An input or output of a tensor model.
     *
     * @param name the model's name for it
     * @param datatype of the Open Inference Protocol, without BYTES: {@code FP32}, {@code INT64}...
     * @param shape dimensions of 1 or more; -1 for one that a request decides
     */
    public record TensorProperties(
            @Nullable String name,
            @Nullable Datatype datatype,
            @Nullable List<Long> shape) {

        void check(String prefix) {
            if (name == null || name.isBlank()) {
                throw new InvalidPropertyException(prefix + "name", name, "the model's name for it");
            }
            if (datatype == null) {
                throw new InvalidPropertyException(
                        prefix + "datatype", null, "one of " + Arrays.toString(Datatype.values()));
            }
            if (shape == null || shape.stream().anyMatch(size -> size < 1 && size != TensorSpec.FREE)) {
                throw new InvalidPropertyException(
                        prefix + "shape", shape, "dimensions of 1 or more, or -1 for one of any size");
            }
        }

        TensorSpec spec() {
            return new TensorSpec(required(name), required(datatype), required(shape));
        }
    }

    void check(String prefix) {
        requireName(prefix + "name", name);
        requireName(prefix + "version", version);
        checkUrl(prefix + "url");
        if (sha256 != null && !SHA256.matcher(sha256).matches()) {
            throw new InvalidPropertyException(prefix + "sha256", sha256, "64 hexadecimal digits");
        }
        if (task == null) {
            throw new InvalidPropertyException(prefix + "task", null, "embedding, classification, rerank or tensor");
        }
        checkTensors(prefix + "inputs", inputs);
        checkTensors(prefix + "outputs", outputs);
        EvenkeelProperties.requireRange(prefix + "max-batch", maxBatch, 1, 1_024);
        EvenkeelProperties.requireRange(prefix + "max-batch-tokens", maxBatchTokens, 1, Integer.MAX_VALUE);
        EvenkeelProperties.requireRange(prefix + "workers", workers, 1, 256);
        if (maxTokens != null) {
            EvenkeelProperties.requireRange(prefix + "max-tokens", maxTokens, 2, Integer.MAX_VALUE);
        }
    }

    private void checkTensors(String property, List<TensorProperties> tensors) {
        if (task != Task.TENSOR && !tensors.isEmpty()) {
            throw new InvalidPropertyException(property, tensors, "set for the task tensor alone");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tensors.size(); i++) {
            String prefix = property + "[" + i + "].";
            tensors.get(i).check(prefix);
            if (!names.add(required(tensors.get(i).name()))) {
                throw new InvalidPropertyException(
                        prefix + "name", tensors.get(i).name(), "a name once");
            }
        }
    }

    private static void requireName(String property, @Nullable String value) {
        if (value == null || !NAME.matcher(value).matches()) {
            throw new InvalidPropertyException(
                    property, value, "letters, digits, '.', '_' and '-', a letter or digit first");
        }
    }

    private void checkUrl(String property) {
        try {
            String scheme = new URI(url == null ? "" : url).getScheme();
            if (scheme != null && SCHEMES.contains(scheme)) {
                return;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        // without a password that it may have
        String shown = url == null ? null : url.replaceFirst("//[^/]*@", "//");
        throw new InvalidPropertyException(
                property, shown, "a URL of classpath:, file:, https:, http: or djl:, as docs/own-models.md says");
    }

    String requiredName() {
        return required(name);
    }

    URI requiredUrl() {
        return URI.create(required(url));
    }

    Task requiredTask() {
        return required(task);
    }

    TensorSettings tensorSettings() {
        return new TensorSettings(
                inputs.stream().map(TensorProperties::spec).toList(),
                outputs.stream().map(TensorProperties::spec).toList());
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not checked");
        }
        return value;
    }
}
