package dev.evenkeel.model.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A request of the Open Inference Protocol: JSON, and after it, in Triton's extension for binary tensors, the bytes of the
 * inputs that have {@code parameters.binary_data_size} instead of {@code data}, in the order of the inputs.
 *
 * @param json the JSON part
 * @param binary what is left of the bytes; each input takes its own from it
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md">the
 *     extension</a>
 */
record OipBody(Fields json, ByteBuffer binary) {

    /** Says how long the JSON is. Without it, all of the body is JSON. */
    static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private static final String PARAMETERS = "parameters";
    private static final String SIZE = "binary_data_size";

    static OipBody of(byte[] bytes, @Nullable String jsonLength) {
        if (jsonLength == null) {
            return new OipBody(Body.parsed(bytes), ByteBuffer.allocate(0));
        }
        int length = length(jsonLength, bytes.length);
        byte[] json = new byte[length];
        System.arraycopy(bytes, 0, json, 0, length);
        return new OipBody(
                Body.parsed(json),
                ByteBuffer.wrap(bytes, length, bytes.length - length).slice().asReadOnlyBuffer());
    }

    private static int length(String given, int most) {
        try {
            int length = Integer.parseInt(given.strip());
            if (length >= 0 && length <= most) {
                return length;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number that is none of a length
        }
        throw Problem.invalid(
                JSON_LENGTH,
                "The header " + JSON_LENGTH + " is '" + given
                        + "'; it must be the length of the JSON, at most the body's " + most + " bytes.");
    }

    /** How many bytes an input has after the JSON; empty when its data are in the JSON. */
    static OptionalInt binarySize(Fields tensor, String place) {
        OptionalInt size = tensor.object(PARAMETERS).number(SIZE, 0, Integer.MAX_VALUE);
        if (size.isPresent() && tensor.find("data").isPresent()) {
            throw Problem.invalid(place, "`" + place + "` has data and " + SIZE + " both; one of them is enough.");
        }
        return size;
    }

    /** The next bytes, which are this input's. */
    ByteBuffer take(int size, String place) {
        if (size > binary.remaining()) {
            throw Problem.invalid(
                    place,
                    "`" + place + ".parameters." + SIZE + "` is " + size + "; there are " + binary.remaining()
                            + " bytes left after the JSON"
                            + (binary.limit() == 0 ? " (is the header " + JSON_LENGTH + " missing?)." : "."));
        }
        ByteBuffer taken = binary.slice(binary.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        binary.position(binary.position() + size);
        return taken;
    }

    /** The next bytes as BYTES: each element its length in 4 bytes, little-endian, and UTF-8. */
    List<String> takeTexts(int size, String place) {
        ByteBuffer bytes = take(size, place);
        List<String> texts = new ArrayList<>();
        while (bytes.hasRemaining()) {
            long length = bytes.remaining() < Integer.BYTES ? Long.MAX_VALUE : Integer.toUnsignedLong(bytes.getInt());
            if (length > bytes.remaining()) {
                throw Problem.invalid(
                        place,
                        "`" + place + "`: element " + texts.size() + " ends after the input's " + size
                                + " bytes; each is a length of 4 bytes and its text.");
            }
            try {
                texts.add(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(bytes.slice(bytes.position(), (int) length))
                        .toString());
            } catch (CharacterCodingException e) {
                throw Problem.invalid(place, "`" + place + "`: element " + texts.size() + " is not UTF-8.");
            }
            bytes.position(bytes.position() + (int) length);
        }
        return texts;
    }

    /** Once all inputs are read. */
    void requireAllTaken() {
        if (binary.hasRemaining()) {
            throw Problem.invalid(
                    "inputs",
                    binary.remaining() + " bytes after the JSON belong to no input; each says how many are its own in"
                            + " parameters." + SIZE + ".");
        }
    }

    Fields parameters() {
        return json.object(PARAMETERS);
    }
}
