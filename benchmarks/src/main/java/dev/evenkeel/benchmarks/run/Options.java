package dev.evenkeel.benchmarks.run;

import java.io.Serial;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Options of a command: {@code --name value}, each with a default. */
public final class Options {

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, String> meanings = new LinkedHashMap<>();

    /** What the command line got wrong, or its help: a message for people, not a failure of the program. */
    public static final class Wrong extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        public Wrong(String message) {
            super(message);
        }
    }

    /** Declares an option. */
    public Options with(String name, String defaultValue, String meaning) {
        values.put(name, defaultValue);
        meanings.put(name, meaning);
        return this;
    }

    /**
     * Reads the command line.
     *
     * @throws Wrong for an unknown name, for a name without a value, and for {@code --help}
     */
    public Options parse(String[] args) {
        Map<String, String> defaults = Map.copyOf(values);
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!values.containsKey(name) || i + 1 == args.length) {
                String complaint = args[i].equals("--help") ? "" : "'" + args[i] + "' is no option, or has no value.\n";
                throw new Wrong(complaint
                        + meanings.entrySet().stream()
                                .map(option -> "  --%-16s %s (default: %s)"
                                        .formatted(option.getKey(), option.getValue(), defaults.get(option.getKey())))
                                .collect(Collectors.joining("\n")));
            }
            values.put(name, args[i + 1]);
        }
        return this;
    }

    /** Gives a declared option another value than the command line's. */
    public void set(String name, String value) {
        if (values.replace(name, value) == null) {
            throw new IllegalArgumentException(name);
        }
    }

    public String text(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    public int integer(String name) {
        return Math.toIntExact(Math.round(number(name)));
    }

    public double number(String name) {
        return number(name, text(name));
    }

    /** Numbers between commas. */
    public List<Double> numbers(String name) {
        return list(name).stream().map(text -> number(name, text)).toList();
    }

    private static double number(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new Wrong("--" + name + " has '" + text + "'; it must be a number");
        }
    }

    public Duration seconds(String name) {
        return Duration.ofMillis(Math.round(number(name) * 1000));
    }

    public boolean flag(String name) {
        String text = text(name);
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Wrong("--" + name + " has '" + text + "'; it must be true or false");
        };
    }

    /** Parts between commas; none for an empty value. */
    public List<String> list(String name) {
        return split(name, ",");
    }

    /** Parts between blanks. */
    public List<String> words(String name) {
        return split(name, " ");
    }

    private List<String> split(String name, String separator) {
        return Arrays.stream(text(name).split(separator, -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /**
     * As it can be typed again, the defaults included.
     *
     * @param without options that are not told, such as folders of one machine
     */
    public String commandLine(String... without) {
        return values.entrySet().stream()
                .filter(option -> !List.of(without).contains(option.getKey()))
                .map(option -> "--" + option.getKey() + " "
                        + (option.getValue().matches("[\\w.,-]+") ? option.getValue() : "'" + option.getValue() + "'"))
                .collect(Collectors.joining(" "));
    }
}
