package dev.evenkeel.model.predict;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tensor model in ONNX, over the session itself: DJL's model knows the names of its inputs but not their datatypes, and
 * none of its outputs before a call.
 */
final class OnnxTensorModel implements TensorModel {

    private static final Logger log = LoggerFactory.getLogger(OnnxTensorModel.class);

    private static final OrtEnvironment ENVIRONMENT = environment();

    /** What the Java API makes tensors of; unsigned numbers of more than a byte are not among it. */
    private static final Map<Datatype, OnnxJavaType> TYPES = Map.of(
            Datatype.BOOL, OnnxJavaType.BOOL,
            Datatype.INT8, OnnxJavaType.INT8,
            Datatype.INT16, OnnxJavaType.INT16,
            Datatype.INT32, OnnxJavaType.INT32,
            Datatype.INT64, OnnxJavaType.INT64,
            Datatype.UINT8, OnnxJavaType.UINT8,
            Datatype.FP16, OnnxJavaType.FLOAT16,
            Datatype.FP32, OnnxJavaType.FLOAT,
            Datatype.FP64, OnnxJavaType.DOUBLE);

    private final OrtSession session;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final boolean shares;

    private OnnxTensorModel(OrtSession session, List<TensorSpec> inputs, List<TensorSpec> outputs, boolean shares) {
        this.session = session;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.shares = shares;
    }

    /** A process has one, and DJL's engine, which gives it its threads, does not take one that is there already. */
    private static OrtEnvironment environment() {
        ai.djl.engine.Engine.getEngine("OnnxRuntime");
        return OrtEnvironment.getEnvironment();
    }

    static TensorModel load(String name, Path file, int threads, TensorSettings settings) throws IOException {
        OrtSession session = open(name, file, threads);
        boolean loaded = false;
        try {
            DeclaredTensors declared = new DeclaredTensors(name);
            List<TensorSpec> inputs =
                    declared.narrowed(specs(name, session.getInputInfo().values()), settings.inputs());
            declared.requireSupported("input", inputs, TYPES.keySet(), "ONNX Runtime");
            List<TensorSpec> said = specs(name, session.getOutputInfo().values());
            declared.requireSupported("output", said, TYPES.keySet(), "ONNX Runtime");
            if (!settings.outputs().isEmpty() && !agree(settings.outputs(), said)) {
                throw new IOException(
                        "model " + name + " is configured to give " + settings.outputs() + "; its file says " + said);
            }
            List<TensorSpec> asked = settings.outputs().isEmpty() ? said : settings.outputs();
            List<TensorSpec> outputs = declared.tried(new Call(session), inputs, asked);
            boolean shares = declared.sharesCalls(new Call(session), inputs, outputs);
            loaded = true;
            return new OnnxTensorModel(session, inputs, outputs, shares);
        } catch (OrtException e) {
            throw new IOException("model " + name + ": " + file + " cannot be read by ONNX Runtime", e);
        } finally {
            if (!loaded) {
                close(session);
            }
        }
    }

    /** Names and datatypes are the file's; a shape may be narrower. */
    private static boolean agree(List<TensorSpec> configured, List<TensorSpec> said) {
        boolean agree = configured.size() == said.size();
        for (int i = 0; agree && i < said.size(); i++) {
            agree = configured.get(i).name().equals(said.get(i).name())
                    && configured.get(i).datatype() == said.get(i).datatype()
                    && said.get(i).fits(configured.get(i).shape());
        }
        return agree;
    }

    private static OrtSession open(String name, Path file, int threads) throws IOException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(ExecutionMode.SEQUENTIAL);
            return ENVIRONMENT.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new IOException("model " + name + ": " + file + " cannot be loaded by OnnxRuntime", e);
        }
    }

    private static List<TensorSpec> specs(String model, Collection<NodeInfo> nodes) throws IOException {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            Optional<Datatype> datatype =
                    node.getInfo() instanceof TensorInfo tensor ? datatype(tensor) : Optional.empty();
            if (!(node.getInfo() instanceof TensorInfo info) || datatype.isEmpty()) {
                throw new IOException("model " + model + " has " + node.getName() + ", which is " + node.getInfo()
                        + "; a tensor model takes and gives numbers");
            }
            specs.add(new TensorSpec(node.getName(), datatype.get(), shape(info)));
        }
        return specs;
    }

    private static List<Long> shape(TensorInfo info) {
        return Arrays.stream(info.getShape()).boxed().toList();
    }

    private static Optional<Datatype> datatype(TensorInfo info) {
        return Optional.ofNullable(
                switch (info.onnxType) {
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> Datatype.BOOL;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> Datatype.INT8;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> Datatype.INT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> Datatype.INT32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> Datatype.INT64;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> Datatype.UINT8;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> Datatype.UINT16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> Datatype.UINT32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> Datatype.UINT64;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> Datatype.FP16;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> Datatype.FP32;
                    case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> Datatype.FP64;
                    default -> null;
                });
    }

    @Override
    public EngineKind engine() {
        return EngineKind.ONNXRUNTIME;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public boolean sharesCalls() {
        return shares;
    }

    @Override
    public BatchPredictor newPredictor() {
        return new TensorBatches(new Call(session), shares);
    }

    @Override
    public void close() {
        close(session);
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            log.warn("A session of ONNX Runtime did not close", e);
        }
    }

    /** A session may be run by several threads at once. */
    private record Call(OrtSession session) implements TensorCall {

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            Map<String, OnnxTensor> given = new LinkedHashMap<>();
            try {
                for (Tensor input : inputs) {
                    given.put(input.name(), tensor(input));
                }
                try (OrtSession.Result result = session.run(given)) {
                    List<Tensor> outputs = new ArrayList<>();
                    for (Map.Entry<String, OnnxValue> output : result) {
                        outputs.add(tensor(output.getKey(), output.getValue()));
                    }
                    return outputs;
                }
            } catch (OrtException e) {
                throw new PredictionException("ONNX Runtime failed", e);
            } finally {
                given.values().forEach(OnnxTensor::close);
            }
        }

        private static OnnxTensor tensor(Tensor tensor) throws OrtException {
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            OnnxJavaType type = Objects.requireNonNull(TYPES.get(tensor.datatype()));
            // bytes on the heap are taken only as an array of the type
            ByteBuffer data = ByteBuffer.allocateDirect(tensor.data().limit()).order(ByteOrder.nativeOrder());
            return OnnxTensor.createTensor(ENVIRONMENT, data.put(tensor.data()).flip(), shape, type);
        }

        private static Tensor tensor(String name, OnnxValue value) {
            if (!(value instanceof OnnxTensor output)) {
                throw new PredictionException(
                        "output " + name + " is no tensor", new IllegalStateException(value.toString()));
            }
            TensorInfo info = output.getInfo();
            ByteBuffer data = output.getByteBuffer();
            return new Tensor(name, datatype(info).orElseThrow(), shape(info), data);
        }

        @Override
        public void close() {
            // the session is the model's
        }
    }
}
