package dev.evenkeel.model.predict;

/** The engines that there are. */
public enum EngineKind {
    /** For TorchScript. */
    PYTORCH,
    /** For ONNX. */
    ONNXRUNTIME
}
