package dev.dovetail.heads;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Runs small graphs with ONNX Runtime; parameters get random values that depend on their name. */
final class Runner {

  private Runner() {}

  /** Values of one tensor: {@code float[]} or {@code long[]}, and the extents. */
  record Value(Object elements, long... dims) {

    float[] floats() {
      return (float[]) elements;
    }

    long[] longs() {
      return (long[]) elements;
    }
  }

  static Map<String, Value> run(Graph graph, Map<String, Value> inputs, Precision precision) {
    return run(graph, inputs, precision, Runner::random);
  }

  static Map<String, Value> run(
      Graph graph,
      Map<String, Value> inputs,
      Precision precision,
      Function<Parameter, ByteBuffer> weights) {
    ParameterStore store =
        (p, type) -> {
          if (type != p.type().dtype()) {
            return new ParameterStore.Inline(half(weights.apply(p), p));
          }
          return new ParameterStore.Inline(weights.apply(p));
        };
    byte[] model =
        OnnxWriter.write(graph, Dialect.PORTABLE, precision, store, Map.of()).toByteArray();
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = env.createSession(model, options)) {
        Map<String, OnnxTensor> feeds = new HashMap<>();
        for (String name : session.getInputNames()) {
          feeds.put(name, feed(env, inputs.get(name)));
        }
        Map<String, Value> results = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(feeds)) {
          for (Map.Entry<String, ai.onnxruntime.OnnxValue> e : result) {
            results.put(e.getKey(), read((OnnxTensor) e.getValue()));
          }
        } finally {
          feeds.values().forEach(OnnxTensor::close);
        }
        return results;
      }
    } catch (OrtException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** The graph that computes {@code outputs} of a trace. */
  static Graph graph(Trace trace, Map<String, Tensor> outputs) {
    return trace.graph(new LinkedHashMap<>(outputs));
  }

  private static OnnxTensor feed(OrtEnvironment env, Value value) throws OrtException {
    return value.elements() instanceof float[] f
        ? OnnxTensor.createTensor(env, FloatBuffer.wrap(f), value.dims())
        : OnnxTensor.createTensor(env, LongBuffer.wrap(value.longs()), value.dims());
  }

  private static Value read(OnnxTensor tensor) {
    long[] dims = tensor.getInfo().getShape();
    switch (tensor.getInfo().type) {
      case FLOAT:
        FloatBuffer f = tensor.getFloatBuffer();
        float[] floats = new float[f.remaining()];
        f.get(floats);
        return new Value(floats, dims);
      case INT64:
        LongBuffer l = tensor.getLongBuffer();
        long[] longs = new long[l.remaining()];
        l.get(longs);
        return new Value(longs, dims);
      default:
        throw new AssertionError("a result of type " + tensor.getInfo().type);
    }
  }

  /** Weights of which none is trivial, so that activations keep their scale. */
  static ByteBuffer random(Parameter p) {
    Random random = new Random(p.name().hashCode());
    int n = Math.toIntExact(p.shape().elements());
    double scale = Math.sqrt(2.0 * p.shape().dim(0) / n);
    boolean positive = p.name().endsWith("running_var") || p.shape().rank() == 1;
    ByteBuffer b = ByteBuffer.allocate(4 * n).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      b.putFloat((float) (positive ? 0.5 + random.nextDouble() : random.nextGaussian() * scale));
    }
    return b.flip();
  }

  private static ByteBuffer half(ByteBuffer floats, Parameter p) {
    float[] values = new float[floats.remaining() / 4];
    floats.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return dev.dovetail.graph.TensorData.of(values, p.shape().dims()).toHalf().bytes();
  }
}
