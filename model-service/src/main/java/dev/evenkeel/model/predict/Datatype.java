package dev.evenkeel.model.predict;

/** Kinds of numbers, by their names in the Open Inference Protocol; without BYTES, for a tensor is numbers here. */
public enum Datatype {
    /** A byte of 0 or 1. */
    BOOL(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    /** IEEE 754's binary16. */
    FP16(2),
    FP32(4),
    FP64(8);

    private final int bytes;

    Datatype(int bytes) {
        this.bytes = bytes;
    }

    /** Of one number. */
    public int bytes() {
        return bytes;
    }
}
