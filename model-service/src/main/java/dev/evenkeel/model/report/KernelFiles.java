package dev.evenkeel.model.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The kernel's small text files below a root. A file that cannot be read is empty. */
record KernelFiles(Path root) {

    List<String> lines(Path file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    /** The file's only number; empty for "max". */
    OptionalDouble number(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? OptionalDouble.empty() : parse(lines.getFirst());
    }

    /** Lines of a key, a separator and a number. */
    Map<String, Double> table(Path file, String separator) {
        Map<String, Double> table = new HashMap<>();
        for (String line : lines(file)) {
            int at = line.indexOf(separator);
            if (at > 0) {
                String value = line.substring(at + separator.length()).replace("kB", "");
                parse(value).ifPresent(number -> table.put(line.substring(0, at), number));
            }
        }
        return table;
    }

    static OptionalDouble parse(String text) {
        try {
            return OptionalDouble.of(Double.parseDouble(text.trim()));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
