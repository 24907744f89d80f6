package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxFile;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** Writes graphs in the CUDA dialect, and runs them on the CPU. */
abstract class CudaDialect {

  static final Settings HALF =
      Settings.on(new Device.Cpu(), Precision.FP16).dialect(Dialect.ORT_CUDA);

  @TempDir Path folder;

  final Trace trace = new Trace();

  static TensorData random(Random random, Tensor like) {
    float[] values = new float[Math.toIntExact(like.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 1.2f - 0.1f;
    }
    return TensorData.of(values, like.shape().dims());
  }

  static void assertClose(float[] expected, float[] found, String what) {
    assertClose(expected, found, what, 2e-6);
  }

  static void assertClose(float[] expected, float[] found, String what, double most) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - found[i]) <= most)) {
        fail(what + ", element " + i + ": expected " + expected[i] + ", got " + found[i]);
      }
    }
  }

  /** Returns the graph of the CUDA dialect as ONNX Runtime optimizes it. */
  GraphProto optimized(Graph graph, Precision precision) throws Exception {
    Path model = folder.resolve("model.onnx");
    Path optimized = folder.resolve("optimized.onnx");
    WeightBinding weights = binding(new Random(), graph);
    OnnxFile.write(model, graph, Dialect.ORT_CUDA, precision, weights, Map.of(), false);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      for (Map.Entry<String, String> e : CudaProvider.sessionEntries().entrySet()) {
        options.addConfigEntry(e.getKey(), e.getValue());
      }
      options.setOptimizedModelFilePath(optimized.toString());
      OrtEnvironment.getEnvironment().createSession(model.toString(), options).close();
    }
    return ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph();
  }

  float[] run(Graph graph, Dialect dialect, Map<String, TensorData> in) throws IOException {
    return run(graph, Settings.cpu().dialect(dialect), in);
  }

  float[] run(Graph graph, Settings settings, Map<String, TensorData> in) throws IOException {
    return run(graph, binding(new Random(), graph), settings, in);
  }

  static float[] run(
      Graph graph, WeightBinding weights, Settings settings, Map<String, TensorData> in)
      throws IOException {
    try (Plan plan = Plan.compile(graph, weights, settings)) {
      return plan.run(in).get("y").floats();
    }
  }

  /** Binds the parameters of some scopes to random values. Others are initialized. */
  WeightBinding binding(Random random, Graph graph, String... scopes) throws IOException {
    Map<String, TensorSource> tensors = new HashMap<>();
    for (Parameter p : graph.parameters()) {
      if (Arrays.stream(scopes).anyMatch(scope -> p.name().startsWith(scope + "."))) {
        float[] values = new float[Math.toIntExact(p.shape().elements())];
        // Half precision moves a point by up to 2^-11 of its offset, so offsets must not be large.
        new Init.Normal(0.3f).fill(FloatBuffer.wrap(values), p.shape(), random);
        List<Long> dims = Arrays.stream(p.shape().dims()).asLongStream().boxed().toList();
        ByteBuffer bytes = TensorData.of(values, values.length).bytes();
        tensors.put(p.name(), ArrayTensor.of(p.name(), DType.FLOAT32, dims, bytes));
      }
    }
    return WeightBinding.of(tensors, new DerivedFiles(folder, 1 << 20));
  }

  static long count(Graph graph, Dialect dialect, String operator) {
    return count(operators(graph, dialect, Precision.FP32), operator);
  }

  static long count(List<String> operators, String operator) {
    return operators.stream().filter(operator::equals).count();
  }

  static List<String> operators(Graph graph, Dialect dialect, Precision precision) {
    return nodes(graph, dialect, precision).stream().map(NodeProto::getOpType).toList();
  }

  static List<NodeProto> nodes(Graph graph, Dialect dialect, Precision precision) {
    return OnnxWriter.write(
            graph, dialect, precision, (p, t) -> new ParameterStore.InFile("w", 0, 64), Map.of())
        .getGraph()
        .getNodeList();
  }
}
