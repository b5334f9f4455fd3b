package dev.evenkeel.model.predict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a folder keeps its model. */
enum ModelFile {
    TORCH_SCRIPT(".pt", "model.pt"),
    ONNX(".onnx", "onnx/model.onnx");

    private final String suffix;
    /** Where exporters put it, if not at the top. */
    private final String exported;

    ModelFile(String suffix, String exported) {
        this.suffix = suffix;
        this.exported = exported;
    }

    /** The file by its usual name, else the folder's single one of its kind. */
    Optional<Path> find(String model, Path folder) throws IOException {
        Optional<Path> byName = Stream.of("model" + suffix, exported)
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        if (byName.isPresent() || !Files.isDirectory(folder)) {
            return byName;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
            if (found.size() > 1) {
                throw new IOException("model " + model + ": " + folder + " has " + found.size() + " *" + suffix
                        + " files; name the one to serve model" + suffix);
            }
            return found.stream().findFirst();
        }
    }

    Path require(String model, Path folder) throws IOException {
        return find(model, folder)
                .orElseThrow(() -> new IOException("model " + model + ": " + folder + " has no model" + suffix));
    }

    /** DJL's name of a file: without its suffix. */
    String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - suffix.length());
    }
}
