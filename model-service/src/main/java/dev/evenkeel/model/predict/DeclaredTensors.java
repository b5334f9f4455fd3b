package dev.evenkeel.model.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a tensor model takes and gives, as its file, its configuration and a try of it say.
 *
 * @param model its name, for messages
 */
record DeclaredTensors(String model) {

    /** Inputs of a file that says all of them; configured ones are narrower. */
    List<TensorSpec> narrowed(List<TensorSpec> said, List<TensorSpec> configured) throws IOException {
        requireKnown("inputs", configured, said.stream().map(TensorSpec::name).toList());
        List<TensorSpec> inputs = new ArrayList<>();
        for (TensorSpec spec : said) {
            TensorSpec narrow = named(configured, spec.name()).orElse(spec);
            if (narrow.datatype() != spec.datatype() || !spec.fits(narrow.shape())) {
                throw new IOException(
                        "model " + model + " is configured to take " + narrow + "; its file says " + spec);
            }
            inputs.add(narrow);
        }
        return inputs;
    }

    /** Inputs of a file that says their names alone. */
    List<TensorSpec> configured(List<String> names, List<TensorSpec> configured) throws IOException {
        requireKnown("inputs", configured, names);
        List<TensorSpec> inputs = new ArrayList<>();
        for (String name : names) {
            inputs.add(named(configured, name)
                    .orElseThrow(() -> new IOException("model " + model + " takes " + name
                            + ", of which its file says neither datatype nor shape; configure it in"
                            + " evenkeel.models[].inputs")));
        }
        return inputs;
    }

    private void requireKnown(String property, List<TensorSpec> configured, List<String> names) throws IOException {
        for (TensorSpec spec : configured) {
            if (!names.contains(spec.name())) {
                throw new IOException("model " + model + ": evenkeel.models[]." + property + " has " + spec.name()
                        + "; the model has " + String.join(", ", names));
            }
        }
    }

    private static Optional<TensorSpec> named(List<TensorSpec> specs, String name) {
        return specs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    void requireSupported(String what, List<TensorSpec> specs, Set<Datatype> supported, String engine)
            throws IOException {
        for (TensorSpec spec : specs) {
            if (!supported.contains(spec.datatype())) {
                throw new IOException("model " + model + " has " + what + " " + spec + "; " + engine + " is given "
                        + supported.stream().sorted().map(Datatype::name).collect(Collectors.joining(", ")));
            }
        }
    }

    /**
     * Outputs by what zeros give, once with free dimensions of 1 and once of 2: what differs is free.
     *
     * @param said by the file or the configuration; empty when neither says
     */
    List<TensorSpec> tried(TensorCall call, List<TensorSpec> inputs, List<TensorSpec> said) throws IOException {
        List<Tensor> ones = run(call, inputs, 1);
        if (!said.isEmpty()) {
            boolean fit = ones.size() == said.size()
                    && IntStream.range(0, ones.size())
                            .allMatch(i -> said.get(i).datatype() == ones.get(i).datatype()
                                    && said.get(i).fits(ones.get(i).shape()));
            if (!fit) {
                throw new IOException("model " + model + " is declared to give " + said + ", but gives "
                        + ones.stream()
                                .map(tensor -> tensor.datatype() + " " + tensor.shape())
                                .toList() + " for zeros in " + inputs);
            }
            return said;
        }
        List<Tensor> twos = run(call, inputs, 2);
        List<TensorSpec> outputs = new ArrayList<>();
        for (int i = 0; i < ones.size(); i++) {
            outputs.add(compared(ones.get(i), twos.get(i)));
        }
        return outputs;
    }

    /** Whether zeros in two rows give what zeros in one do, but in two rows. */
    boolean sharesCalls(TensorCall call, List<TensorSpec> inputs, List<TensorSpec> outputs) throws IOException {
        if (!Stream.concat(inputs.stream(), outputs.stream()).allMatch(TensorSpec::hasFreeRows)) {
            return false;
        }
        List<Tensor> one = run(call, inputs, 1);
        List<Tensor> two;
        try {
            two = call.run(Tensors.zeros(inputs, 2, 1).tensors());
        } catch (PredictionException e) {
            return false;
        }
        return IntStream.range(0, one.size())
                .allMatch(i -> one.get(i).rows() == 1
                        && two.get(i).rows() == 2
                        && TensorBatches.row(one.get(i)).equals(TensorBatches.row(two.get(i))));
    }

    private List<Tensor> run(TensorCall call, List<TensorSpec> inputs, long free) throws IOException {
        try {
            return call.run(Tensors.zeros(inputs, free, free).tensors());
        } catch (PredictionException e) {
            throw new IOException(
                    "model " + model + " fails on zeros in " + inputs + " with free dimensions of " + free
                            + "; if that is not what it takes, configure evenkeel.models[].inputs and outputs",
                    e);
        }
    }

    private static TensorSpec compared(Tensor one, Tensor two) {
        List<Long> shape = IntStream.range(0, one.shape().size())
                .mapToObj(i -> one.shape().get(i).equals(two.shape().get(i))
                        ? one.shape().get(i)
                        : Long.valueOf(TensorSpec.FREE))
                .toList();
        return new TensorSpec(one.name(), one.datatype(), shape);
    }
}
