package dev.evenkeel.model.api;

import dev.evenkeel.model.inference.ModelInput;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The one input of a model of text, a tensor of BYTES; any name is taken.
 *
 * @param inputs checks the texts
 */
record OipTexts(Inputs inputs) {

    private static final String PLACE = "inputs[0]";

    /** @param pairs each input is a query and a text, in a tensor of two columns */
    List<ModelInput> read(OipBody body, boolean pairs) {
        JsonNode tensors = body.json().required("inputs");
        if (!tensors.isArray() || tensors.size() != 1 || !tensors.get(0).isObject()) {
            throw Problem.invalid("inputs", "`inputs` must be an array of one tensor, of datatype BYTES.");
        }
        Fields tensor = new Fields(tensors.get(0));
        if (tensor.text("name").isEmpty()) {
            throw Problem.invalid(PLACE + ".name", "`inputs[0].name` is missing.");
        }
        if (!tensor.text("datatype").orElse("").equals("BYTES")) {
            throw Problem.invalid(PLACE + ".datatype", "`inputs[0].datatype` must be \"BYTES\".");
        }
        JsonNode data = data(body, tensor);
        List<ModelInput> texts =
                pairs ? inputs.flatPairs(data, PLACE + ".data") : inputs.flatTexts(data, PLACE + ".data");
        body.requireAllTaken();
        requireShape(tensor.required("shape"), texts.size(), pairs);
        return texts;
    }

    private static JsonNode data(OipBody body, Fields tensor) {
        OptionalInt size = OipBody.binarySize(tensor, PLACE);
        if (size.isEmpty()) {
            return tensor.required("data");
        }
        ArrayNode texts = JsonNodeFactory.instance.arrayNode();
        body.takeTexts(size.getAsInt(), PLACE).forEach(texts::add);
        return texts;
    }

    private static void requireShape(JsonNode shape, int rows, boolean pairs) {
        int columns = pairs ? 2 : 1;
        boolean fits = shape.isArray()
                && (shape.size() == 2 || (shape.size() == 1 && !pairs))
                && IntStream.range(0, shape.size())
                        .allMatch(i -> shape.get(i).isIntegralNumber()
                                && shape.get(i).canConvertToInt()
                                && shape.get(i).intValue() == (i == 0 ? rows : columns));
        if (!fits) {
            throw Problem.invalid(
                    PLACE + ".shape",
                    "`inputs[0].shape` is " + shape + "; for these data it must be "
                            + (pairs ? "" : "[" + rows + "] or ") + "[" + rows + "," + columns + "].");
        }
    }
}
