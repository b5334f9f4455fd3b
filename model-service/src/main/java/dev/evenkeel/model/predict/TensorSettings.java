package dev.evenkeel.model.predict;

import java.util.List;

/**
 * What is said of a tensor model beside its file.
 *
 * @param inputs for TorchScript all of them; for ONNX those whose shape is narrower than the file says
 * @param outputs in their order, all or none; for TorchScript they give the names, which are else output0, output1...
 */
public record TensorSettings(List<TensorSpec> inputs, List<TensorSpec> outputs) {

    /** As the file says. */
    public static final TensorSettings NONE = new TensorSettings(List.of(), List.of());

    public TensorSettings {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
