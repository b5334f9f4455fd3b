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

    /** The numbers of these keys, in a file with lines of a key, a separator and a number; the kernel has dozens more. */
    Map<String, Double> numbers(Path file, String separator, String... keys) {
        Map<String, Double> numbers = new HashMap<>();
        for (String line : lines(file)) {
            int at = line.indexOf(separator);
            for (String key : keys) {
                if (at == key.length() && line.startsWith(key)) {
                    String value = line.substring(at + separator.length()).replace("kB", "");
                    parse(value).ifPresent(number -> numbers.put(key, number));
                }
            }
        }
        return numbers;
    }

    static OptionalDouble parse(String text) {
        try {
            return OptionalDouble.of(Double.parseDouble(text.trim()));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
