package dev.dovetail.heads;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Runs small graphs with ONNX Runtime. Parameters have random values that depend on their names.
 */
final class Runner {

  private Runner() {}

  static Map<String, TensorData> run(
      Graph graph, Map<String, TensorData> inputs, Precision precision) {
    return run(graph, inputs, precision, name -> name);
  }

  /**
   * Runs a graph with the values of other parameters.
   *
   * @param as maps a parameter to the name of the parameter whose values are used
   */
  static Map<String, TensorData> run(
      Graph graph, Map<String, TensorData> inputs, Precision precision, UnaryOperator<String> as) {
    ParameterStore store = (p, type) -> locate(p, as.apply(p.name()), type);
    byte[] model =
        OnnxWriter.write(graph, Dialect.PORTABLE, precision, store, Map.of()).toByteArray();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = env.createSession(model, options)) {
        for (String name : session.getInputNames()) {
          feeds.put(name, feed(env, inputs.get(name)));
        }
        Map<String, TensorData> results = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(feeds)) {
          for (Map.Entry<String, OnnxValue> e : result) {
            results.put(e.getKey(), read((OnnxTensor) e.getValue()));
          }
        }
        return results;
      }
    } catch (OrtException e) {
      throw new AssertionError(e.getMessage(), e);
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor feed(OrtEnvironment env, TensorData data) throws OrtException {
    long[] dims = Arrays.stream(data.type().shape().dims()).asLongStream().toArray();
    return data.type().dtype() == DType.FLOAT32
        ? OnnxTensor.createTensor(env, FloatBuffer.wrap(data.floats()), dims)
        : OnnxTensor.createTensor(env, LongBuffer.wrap(data.longs()), dims);
  }

  private static TensorData read(OnnxTensor tensor) {
    int[] dims = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    return switch (tensor.getInfo().type) {
      case FLOAT -> {
        float[] values = new float[tensor.getFloatBuffer().remaining()];
        tensor.getFloatBuffer().get(values);
        yield TensorData.of(values, dims);
      }
      case INT64 -> {
        long[] values = new long[tensor.getLongBuffer().remaining()];
        tensor.getLongBuffer().get(values);
        yield TensorData.of(values, dims);
      }
      default -> throw new AssertionError("a result of type " + tensor.getInfo().type);
    };
  }

  /** Nontrivial weights, scaled so that activations keep their magnitude. */
  private static ParameterStore.Location locate(Parameter p, String name, DType type) {
    Random random = new Random(name.hashCode());
    float[] values = new float[Math.toIntExact(p.shape().elements())];
    double scale = Math.sqrt(2.0 * p.shape().dim(0) / values.length);
    boolean positive = p.shape().rank() == 1;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (positive ? 0.5 + random.nextDouble() : random.nextGaussian() * scale);
    }
    TensorData data = TensorData.of(values, p.shape().dims());
    return new ParameterStore.Inline(type == DType.FLOAT16 ? data.toHalf().bytes() : data.bytes());
  }
}
