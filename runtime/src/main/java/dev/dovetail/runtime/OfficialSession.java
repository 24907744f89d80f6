package dev.dovetail.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A session of ONNX Runtime's official Java artifact. */
final class OfficialSession implements Engine.Session {

  private final OrtSession session;
  private final Device device;
  private final Map<String, TensorType> inputs;

  OfficialSession(OrtSession session, Device device, Map<String, TensorType> inputs) {
    this.session = session;
    this.device = device;
    this.inputs = inputs;
  }

  /** The inputs of a session that was opened from a file. */
  static Map<String, TensorType> inputs(OrtSession session) throws OrtException {
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
      inputs.put(input.getKey(), type((TensorInfo) input.getValue().getInfo()));
    }
    return inputs;
  }

  @Override
  public Map<String, TensorType> inputs() {
    return inputs;
  }

  @Override
  public Map<String, String> metadata() throws PlanException {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException e) {
      throw PlanException.of("the model's metadata cannot be read", device, e);
    }
  }

  @Override
  public Map<String, TensorData> run(Map<String, TensorData> values) throws PlanException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      toOnnx(values, tensors);
      try (OrtSession.Result result = session.run(tensors)) {
        Map<String, TensorData> out = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> value : result) {
          out.put(value.getKey(), toHost((OnnxTensor) value.getValue()));
        }
        return out;
      }
    } catch (OrtException e) {
      throw PlanException.of("the run failed", device, e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public Engine.Repeated repeat(Map<String, TensorData> values) throws PlanException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      toOnnx(values, tensors);
      return new Repeated(session, device, tensors);
    } catch (OrtException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw PlanException.of("the inputs were rejected", device, e);
    }
  }

  private record Repeated(OrtSession session, Device device, Map<String, OnnxTensor> inputs)
      implements Engine.Repeated {
    @Override
    public void run() throws PlanException {
      try {
        session.run(inputs).close();
      } catch (OrtException e) {
        throw PlanException.of("the run failed", device, e);
      }
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      inputs.clear();
    }
  }

  @Override
  public Path endProfile() throws PlanException {
    try {
      return Path.of(session.endProfiling());
    } catch (OrtException e) {
      throw PlanException.of("the profile cannot be read", device, e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a plan was closed twice", e);
    }
  }

  /** Adds a tensor for each value to {@code tensors}, which the caller closes. */
  private static void toOnnx(Map<String, TensorData> values, Map<String, OnnxTensor> tensors)
      throws OrtException {
    for (Map.Entry<String, TensorData> value : values.entrySet()) {
      tensors.put(value.getKey(), toOnnx(value.getValue()));
    }
  }

  private static OnnxTensor toOnnx(TensorData data) throws OrtException {
    long[] shape = Arrays.stream(data.type().shape().dims()).asLongStream().toArray();
    OnnxJavaType type =
        switch (data.type().dtype()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT16 -> OnnxJavaType.FLOAT16;
          case INT64 -> OnnxJavaType.INT64;
          case INT32 -> OnnxJavaType.INT32;
          case UINT8 -> OnnxJavaType.UINT8;
          case INT8 -> OnnxJavaType.INT8;
          case BOOL -> OnnxJavaType.BOOL;
          default ->
              throw new IllegalArgumentException(
                  "ONNX Runtime's Java API cannot pass " + data.type().dtype() + " in");
        };
    return OnnxTensor.createTensor(
        OnnxRuntimeLibrary.environment(), direct(data.bytes()), shape, type);
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    return bytes.isDirect()
        ? bytes
        : ByteBuffer.allocateDirect(bytes.remaining())
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(bytes)
            .flip();
  }

  private static TensorData toHost(OnnxTensor value) {
    return TensorData.of(type(value.getInfo()), value.getByteBuffer());
  }

  private static TensorType type(TensorInfo info) {
    DType dtype =
        switch (info.onnxType) {
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DType.FLOAT32;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DType.FLOAT16;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DType.INT64;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DType.INT32;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DType.UINT8;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DType.INT8;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DType.UINT16;
          case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DType.BOOL;
          default -> throw new IllegalStateException("unsupported type " + info.onnxType);
        };
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    return new TensorType(dtype, Shape.of(dims));
  }
}
