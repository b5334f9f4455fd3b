package dev.evenkeel.model.api;

import dev.evenkeel.model.predict.Datatype;
import dev.evenkeel.model.predict.Tensor;
import dev.evenkeel.model.predict.TensorSpec;
import dev.evenkeel.model.predict.Tensors;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Tensors of numbers as the Open Inference Protocol writes them: {@code {"name","shape","datatype","data"}}, the data flat
 * or nested as the shape is when they come, flat when they go; or, when they come, bytes after the JSON.
 */
final class JsonTensors {

    private static final BigInteger UNSIGNED_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    private JsonTensors() {}

    /**
     * All inputs that a model declares, in its order whatever theirs is.
     *
     * @param body in which they are, its bytes too
     * @param field where they stand in it
     * @throws Problem that names what is missing, unknown, twice there, or not as declared
     */
    static Tensors read(OipBody body, String field, List<TensorSpec> specs) {
        JsonNode value = body.json().required(field);
        if (!value.isArray()) {
            throw Problem.invalid(field, "`" + field + "` must be an array of tensors.");
        }
        Map<String, Tensor> given = new HashMap<>();
        for (int i = 0; i < value.size(); i++) {
            String place = field + "[" + i + "]";
            Fields fields = fields(value.get(i), place);
            String name = fields.text("name")
                    .orElseThrow(() -> Problem.invalid(place + ".name", "`" + place + ".name` is missing."));
            TensorSpec spec = specs.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Problem.invalid(
                            place + ".name",
                            "`" + place + ".name` is '" + name + "'; the model's inputs are: " + names(specs) + "."));
            if (given.put(name, tensor(body, fields, place, spec)) != null) {
                throw Problem.invalid(
                        place + ".name", "`" + place + ".name` is '" + name + "' a second time; give each input once.");
            }
        }
        body.requireAllTaken();
        return new Tensors(specs.stream()
                .map(spec -> {
                    Tensor tensor = given.get(spec.name());
                    if (tensor == null) {
                        throw Problem.invalid(
                                field,
                                "`" + field + "` has no '" + spec.name() + "'; the model's inputs are: " + names(specs)
                                        + ".");
                    }
                    return tensor;
                })
                .toList());
    }

    private static Fields fields(JsonNode tensor, String place) {
        if (!tensor.isObject()) {
            throw Problem.invalid(place, "`" + place + "` must be an object with name, shape, datatype and data.");
        }
        return new Fields(tensor);
    }

    private static String names(List<TensorSpec> specs) {
        return specs.stream().map(TensorSpec::name).collect(Collectors.joining(", "));
    }

    private static Tensor tensor(OipBody body, Fields fields, String place, TensorSpec spec) {
        String datatype = fields.text("datatype").orElse("");
        if (!datatype.equals(spec.datatype().name())) {
            throw Problem.invalid(
                    place + ".datatype",
                    "`" + place + ".datatype` is '" + datatype + "'; '" + spec.name() + "' is of datatype "
                            + spec.datatype() + ".");
        }
        List<Long> shape = shape(fields.find("shape"), place + ".shape", spec);
        OptionalInt size = OipBody.binarySize(fields, place);
        if (size.isPresent()) {
            return new Tensor(
                    spec.name(), spec.datatype(), shape, bytes(body, size.getAsInt(), place, spec.datatype(), shape));
        }
        JsonNode data = fields.find("data")
                .filter(JsonNode::isArray)
                .orElseThrow(() -> Problem.invalid(place + ".data", "`" + place + ".data` must be an array."));
        return new Tensor(spec.name(), spec.datatype(), shape, new Reader(spec.datatype(), shape).read(data, place));
    }

    /** Taken as they are, infinities and NaN too; of BOOL, 0 and 1. */
    private static ByteBuffer bytes(OipBody body, int size, String place, Datatype datatype, List<Long> shape) {
        long expected = new Reader(datatype, shape).bytes(place + ".shape");
        if (size != expected) {
            throw Problem.invalid(
                    place,
                    "`" + place + ".parameters.binary_data_size` is " + size + "; " + datatype + " of shape " + shape
                            + " takes " + expected + " bytes.");
        }
        ByteBuffer bytes = body.take(size, place);
        for (int i = 0; datatype == Datatype.BOOL && i < size; i++) {
            if (bytes.get(i) != 0 && bytes.get(i) != 1) {
                throw Problem.invalid(
                        place, "`" + place + "`: byte " + i + " is " + bytes.get(i) + "; BOOL takes 0 and 1.");
            }
        }
        return bytes;
    }

    private static List<Long> shape(Optional<JsonNode> value, String place, TensorSpec spec) {
        List<Long> shape = new ArrayList<>();
        boolean sizes = value.filter(JsonNode::isArray).isPresent();
        for (JsonNode size : sizes ? value.get() : List.<JsonNode>of()) {
            sizes &= size.isIntegralNumber() && size.canConvertToInt() && size.intValue() >= 1;
            shape.add(sizes ? size.longValue() : 0);
        }
        if (!sizes || !spec.fits(shape)) {
            throw Problem.invalid(
                    place,
                    "`" + place + "` is " + value.map(JsonNode::toString).orElse("missing") + "; '" + spec.name()
                            + "' is of shape " + spec.shape()
                            + (spec.shape().contains(TensorSpec.FREE) ? ", where -1 is any size of 1 or more." : "."));
        }
        return shape;
    }

    /** Its numbers, flat, into an array that is begun. */
    static void writeData(JsonGenerator json, Tensor tensor) {
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            switch (tensor.datatype()) {
                case BOOL -> json.writeBoolean(data.get() != 0);
                case INT8 -> json.writeNumber((int) data.get());
                case INT16 -> json.writeNumber((int) data.getShort());
                case INT32 -> json.writeNumber(data.getInt());
                case INT64 -> json.writeNumber(data.getLong());
                case UINT8 -> json.writeNumber(Byte.toUnsignedInt(data.get()));
                case UINT16 -> json.writeNumber(Short.toUnsignedInt(data.getShort()));
                case UINT32 -> json.writeNumber(Integer.toUnsignedLong(data.getInt()));
                case UINT64 -> json.writeNumber(Long.toUnsignedString(data.getLong()));
                case FP16 -> json.writeNumber(Float.float16ToFloat(data.getShort()));
                case FP32 -> json.writeNumber(data.getFloat());
                case FP64 -> json.writeNumber(data.getDouble());
            }
        }
    }

    /** Numbers to bytes. */
    private record Reader(Datatype datatype, List<Long> shape) {

        ByteBuffer read(JsonNode data, String place) {
            String field = place + ".data";
            boolean nested = !data.isEmpty() && data.get(0).isArray();
            long expected = elements(place + ".shape");
            if (!nested && data.size() != expected) {
                throw Problem.invalid(
                        field,
                        "`" + field + "` has " + data.size() + " numbers; shape " + shape + " takes " + expected + ".");
            }
            // of nested data the size is not known to be there before it is counted
            long bytes = (nested ? checked(data, 0, field) : expected) * datatype.bytes();
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
            if (nested) {
                putAll(data, 0, field, buffer);
            } else {
                putFlat(data, field, buffer);
            }
            return buffer.flip();
        }

        /** How many bytes the numbers have, if they are there. */
        long bytes(String field) {
            long elements = elements(field);
            return elements > Integer.MAX_VALUE ? Long.MAX_VALUE : elements * datatype.bytes();
        }

        private long elements(String field) {
            try {
                return Tensor.elements(shape);
            } catch (ArithmeticException e) {
                throw Problem.invalid(
                        field, "`" + field + "` is " + shape + ", which is more numbers than a tensor can have.");
            }
        }

        /** How many numbers there are, when every array is as long as the shape says. */
        private long checked(JsonNode array, int depth, String field) {
            if (depth >= shape.size() || array.size() != shape.get(depth)) {
                throw Problem.invalid(
                        field,
                        "`" + field + "` has " + array.size() + " elements; shape " + shape + " takes "
                                + (depth < shape.size() ? shape.get(depth) + " there." : "numbers there, no arrays."));
            }
            if (depth == shape.size() - 1) {
                return array.size();
            }
            long numbers = 0;
            for (int i = 0; i < array.size(); i++) {
                String place = field + "[" + i + "]";
                if (!array.get(i).isArray()) {
                    throw Problem.invalid(place, "`" + place + "` must be an array, as its shape is " + shape + ".");
                }
                numbers += checked(array.get(i), depth + 1, place);
            }
            return numbers;
        }

        private void putAll(JsonNode array, int depth, String field, ByteBuffer to) {
            if (depth == shape.size() - 1) {
                putFlat(array, field, to);
                return;
            }
            for (int i = 0; i < array.size(); i++) {
                putAll(array.get(i), depth + 1, field + "[" + i + "]", to);
            }
        }

        private void putFlat(JsonNode array, String field, ByteBuffer to) {
            for (int i = 0; i < array.size(); i++) {
                if (!put(array.get(i), to)) {
                    String place = field + "[" + i + "]";
                    throw Problem.invalid(place, "`" + place + "` is " + shown(array.get(i)) + "; " + range() + ".");
                }
            }
        }

        private static String shown(JsonNode value) {
            String text = value.toString();
            return text.length() <= 40 ? text : text.substring(0, 40) + "...";
        }

        private String range() {
            int bits = datatype.bytes() * Byte.SIZE;
            return datatype + " takes "
                    + switch (datatype) {
                        case BOOL -> "true or false";
                        case INT8, INT16, INT32, INT64 ->
                            "whole numbers from "
                                    + BigInteger.ONE.shiftLeft(bits - 1).negate() + " to "
                                    + BigInteger.ONE.shiftLeft(bits - 1).subtract(BigInteger.ONE);
                        case UINT8, UINT16, UINT32, UINT64 ->
                            "whole numbers from 0 to "
                                    + BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
                        case FP16 -> "numbers from -65504 to 65504";
                        case FP32 -> "numbers from -" + Float.MAX_VALUE + " to " + Float.MAX_VALUE;
                        case FP64 -> "numbers from -" + Double.MAX_VALUE + " to " + Double.MAX_VALUE;
                    };
        }

        /** False for what is no number of the datatype. */
        private boolean put(JsonNode value, ByteBuffer to) {
            return switch (datatype) {
                case BOOL -> {
                    boolean fits = value.isBoolean();
                    if (fits) {
                        to.put((byte) (value.booleanValue() ? 1 : 0));
                    }
                    yield fits;
                }
                case UINT64 -> {
                    boolean fits = value.isIntegralNumber()
                            && value.bigIntegerValue().signum() >= 0
                            && value.bigIntegerValue().compareTo(UNSIGNED_64) < 0;
                    if (fits) {
                        to.putLong(value.bigIntegerValue().longValue());
                    }
                    yield fits;
                }
                case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> putWhole(value, to);
                case FP16, FP32, FP64 -> value.isNumber() && putFloating(value.asDouble(Double.NaN), to);
            };
        }

        private boolean putWhole(JsonNode value, ByteBuffer to) {
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                return false;
            }
            long number = value.longValue();
            int bits = datatype.bytes() * Byte.SIZE;
            boolean signed = datatype.name().startsWith("I");
            long highest = signed ? -1L >>> (Long.SIZE - bits + 1) : (1L << bits) - 1;
            if (number > highest || number < (signed ? -highest - 1 : 0)) {
                return false;
            }
            switch (datatype.bytes()) {
                case 1 -> to.put((byte) number);
                case 2 -> to.putShort((short) number);
                case 4 -> to.putInt((int) number);
                default -> to.putLong(number);
            }
            return true;
        }

        private boolean putFloating(double number, ByteBuffer to) {
            return switch (datatype) {
                case FP16 -> {
                    short half = Float.floatToFloat16((float) number);
                    to.putShort(half);
                    yield Float.isFinite(Float.float16ToFloat(half));
                }
                case FP32 -> {
                    to.putFloat((float) number);
                    yield Float.isFinite((float) number);
                }
                default -> {
                    to.putDouble(number);
                    yield Double.isFinite(number);
                }
            };
        }
    }
}
