package dev.evenkeel.model.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder on the class path. Jars within jars list no folders, so files are found by the names that Hugging Face, Sentence
 * Transformers and DJL give them.
 */
final class ClassPathFolder {

    private static final List<String> MODELS =
            List.of("model.pt", "model.onnx", "model_quantized.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx");
    private static final List<String> OTHERS = List.of(
            "model.onnx_data",
            "onnx/model.onnx_data",
            "serving.properties",
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "sentencepiece.bpe.model",
            "spiece.model",
            "tokenizer.model",
            "modules.json",
            "sentence_bert_config.json",
            "config_sentence_transformers.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Normalize/config.json");

    private final Map<String, URL> files;

    private ClassPathFolder(Map<String, URL> files) {
        this.files = files;
    }

    static ClassPathFolder of(ModelSource source) throws IOException {
        String location = Objects.requireNonNull(source.url().getSchemeSpecificPart());
        String folder = location.startsWith("/") ? location.substring(1) : location;
        String prefix = folder.endsWith("/") ? folder : folder + "/";
        Map<String, URL> files = new LinkedHashMap<>();
        Stream.concat(MODELS.stream(), OTHERS.stream()).forEach(file -> {
            URL found = resource(prefix + file);
            if (found != null) {
                files.put(file, found);
            }
        });
        if (MODELS.stream().noneMatch(files::containsKey)) {
            throw new WeightsException("model " + source.name() + ": there is no model in " + prefix
                    + " on the class path, where " + String.join(", ", MODELS) + " were looked for");
        }
        return new ClassPathFolder(files);
    }

    /** Of the names and the contents: an upgraded model is another folder. */
    String checksum() throws IOException {
        MessageDigest digest = Checksum.digest("SHA-256");
        byte[] buffer = new byte[1 << 16];
        for (Map.Entry<String, URL> file : files.entrySet()) {
            digest.update(file.getKey().getBytes(StandardCharsets.UTF_8));
            try (InputStream in = file.getValue().openStream()) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
            }
        }
        return Checksum.key(digest);
    }

    void copyTo(Path folder) throws IOException {
        for (Map.Entry<String, URL> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            try (InputStream in = file.getValue().openStream()) {
                Files.copy(in, target);
            }
        }
    }

    private static @Nullable URL resource(String path) {
        return ClassPathFolder.class.getClassLoader().getResource(path);
    }
}
