package dev.evenkeel.plain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A command's {@code --name value} pairs; each mistake is an {@link IllegalArgumentException} that says what would be
 * right.
 *
 * @param values by name, the defaults included; an empty one has to be given
 */
record Options(Map<String, String> values) {

    /**
     * Reads a command line.
     *
     * @param defaults the names that there are, with their values; empty for one that has to be given
     */
    static Options parse(String[] args, Map<String, String> defaults) {
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!defaults.containsKey(name)) {
                throw new IllegalArgumentException("'" + args[i] + "' is no option; there are "
                        + defaults.keySet().stream().sorted().collect(Collectors.joining(", --", "--", "")));
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " stands at the end; its value belongs behind it");
            }
            values.put(name, args[i + 1]);
        }
        return new Options(values);
    }

    String text(String name) {
        String value = values.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("--" + name + " is missing; it has no default");
        }
        return value;
    }

    int integer(String name, int least) {
        return integer(name, text(name), least);
    }

    /** Whole numbers between commas. */
    List<Integer> integers(String name, int least) {
        return Arrays.stream(text(name).split(",", -1))
                .map(value -> integer(name, value.strip(), least))
                .toList();
    }

    private static int integer(String name, String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // as a number below the least
        }
        throw new IllegalArgumentException(
                "--" + name + " has '" + value + "'; it takes whole numbers from " + least + " on");
    }

    /** As it can be typed again. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(option -> "--" + option.getKey() + " " + option.getValue())
                .collect(Collectors.joining(" "));
    }
}
