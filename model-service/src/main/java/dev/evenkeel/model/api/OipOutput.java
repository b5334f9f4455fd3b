package dev.evenkeel.model.api;

import dev.evenkeel.model.predict.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/**
 * A tensor of an answer, which goes as JSON or as bytes.
 *
 * @param data writes its elements, flat, into an array that is begun
 * @param bytes the same in row-major order, little-endian; BYTES with the length of each before it
 */
record OipOutput(
        String name, String datatype, List<Long> shape, Consumer<JsonGenerator> data, Supplier<ByteBuffer> bytes) {

    static OipOutput of(Tensor tensor) {
        return new OipOutput(
                tensor.name(),
                tensor.datatype().name(),
                tensor.shape(),
                json -> JsonTensors.writeData(json, tensor),
                tensor::data);
    }

    /** FP32, as many numbers as the shape says. */
    static OipOutput of(String name, List<Long> shape, List<float[]> rows) {
        return new OipOutput(
                name,
                "FP32",
                shape,
                json -> rows.forEach(row -> {
                    for (float number : row) {
                        json.writeNumber(number);
                    }
                }),
                () -> {
                    int numbers = rows.stream().mapToInt(row -> row.length).sum();
                    ByteBuffer bytes =
                            ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                    rows.forEach(row -> {
                        for (float number : row) {
                            bytes.putFloat(number);
                        }
                    });
                    return bytes.flip();
                });
    }

    /** BYTES, one text a row. */
    static OipOutput ofTexts(String name, List<String> texts) {
        return new OipOutput(
                name, "BYTES", List.of((long) texts.size()), json -> texts.forEach(json::writeString), () -> {
                    List<byte[]> all = texts.stream()
                            .map(text -> text.getBytes(StandardCharsets.UTF_8))
                            .toList();
                    int length = all.stream()
                            .mapToInt(each -> Integer.BYTES + each.length)
                            .sum();
                    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                    all.forEach(each -> bytes.putInt(each.length).put(each));
                    return bytes.flip();
                });
    }

    void write(JsonGenerator json) {
        json.writeStartObject();
        describe(json);
        json.writeName("data").writeStartArray();
        data.accept(json);
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Without its data, which follow the JSON. */
    void writeWithSize(JsonGenerator json, int size) {
        json.writeStartObject();
        describe(json);
        json.writeName("parameters").writeStartObject();
        json.writeNumberProperty("binary_data_size", size);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void describe(JsonGenerator json) {
        new OipTensor(name, datatype, shape).describe(json);
    }
}
