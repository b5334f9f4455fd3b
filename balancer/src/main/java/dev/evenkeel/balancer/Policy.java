package dev.evenkeel.balancer;

import dev.evenkeel.balancer.pick.Picker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stands behind a name: the parameters that it takes, and how a picker is made of them.
 *
 * @param parameters by which it can be tuned
 * @param composition makes a new picker
 */
record Policy(List<Parameter> parameters, Composition composition) {

    /** Makes a picker. */
    @FunctionalInterface
    interface Composition {
        Picker compose(Values values, Wiring wiring);
    }

    /** The parameters' values, each as given or by default. */
    record Values(Map<String, Double> byName) {

        double number(String name) {
            Double value = byName.get(name);
            if (value == null) {
                throw new IllegalStateException("no parameter " + name + " is declared");
            }
            return value;
        }

        int whole(String name) {
            return (int) number(name);
        }

        Duration millis(String name) {
            return Duration.ofMillis((long) number(name));
        }
    }

    Policy(Composition composition, Parameter... parameters) {
        this(List.of(parameters), composition);
    }

    /**
     * Reads {@code name=value,name=value}.
     *
     * @param policy this policy's name
     * @throws IllegalArgumentException saying what is wrong, and what would not be
     */
    Values values(String policy, String given) {
        Map<String, Double> values = new HashMap<>();
        for (String each : given.isEmpty() ? new String[0] : given.split(",", -1)) {
            String[] sides = each.split("=", 2);
            Parameter parameter = parameter(policy, sides[0].strip());
            if (sides.length < 2) {
                throw new IllegalArgumentException(
                        "%s of %s has no value; it is given as %1$s=...".formatted(parameter.name(), policy));
            }
            if (values.put(parameter.name(), parameter.parse(policy, sides[1].strip())) != null) {
                throw new IllegalArgumentException("%s of %s is given twice".formatted(parameter.name(), policy));
            }
        }
        parameters.forEach(parameter -> values.putIfAbsent(parameter.name(), parameter.byDefault()));
        return new Values(values);
    }

    private Parameter parameter(String policy, String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("%s has no parameter '%s'; %s".formatted(policy, name, known())));
    }

    private String known() {
        return parameters.isEmpty()
                ? "it has none"
                : parameters.stream().map(Parameter::name).collect(Collectors.joining(", ", "it may be one of ", ""));
    }
}
