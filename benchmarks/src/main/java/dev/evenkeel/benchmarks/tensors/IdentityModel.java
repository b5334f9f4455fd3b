package dev.evenkeel.benchmarks.tensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The smallest model in ONNX: {@code y = Identity(x)}, FP32 [rows, columns]. What is left is what tensors cost on their way.
 *
 * <p>Written by hand, for it is a hundred bytes of Protocol Buffers; the numbers are the fields' in onnx.proto.
 */
final class IdentityModel {

    private static final int FLOAT = 1;
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;

    private IdentityModel() {}

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), model());
    }

    private static byte[] model() {
        byte[] node = joined(text(1, "x"), text(2, "y"), text(4, "Identity"));
        byte[] graph = joined(bytes(1, node), text(2, "identity"), bytes(11, value("x")), bytes(12, value("y")));
        return joined(number(1, IR_VERSION), bytes(7, graph), bytes(8, number(2, OPSET)));
    }

    private static byte[] value(String name) {
        byte[] shape = joined(bytes(1, text(2, "rows")), bytes(1, text(2, "columns")));
        byte[] tensor = joined(number(1, FLOAT), bytes(2, shape));
        return joined(text(1, name), bytes(2, bytes(1, tensor)));
    }

    private static byte[] text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A field of wire type 2: its length and the bytes. All lengths here are below 128, which is one byte. */
    private static byte[] bytes(int field, byte[] content) {
        if (content.length > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("a field of " + content.length + " bytes");
        }
        return joined(new byte[] {(byte) (field << 3 | 2), (byte) content.length}, content);
    }

    /** A field of wire type 0. */
    private static byte[] number(int field, int value) {
        return new byte[] {(byte) (field << 3), (byte) value};
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
