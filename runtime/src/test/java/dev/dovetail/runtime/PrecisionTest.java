package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrecisionTest {

  /** Seeded values of a realistic magnitude: variances about 1, all others about 0. */
  private static ParameterStore random(long seed) {
    return (Parameter p, DType type) -> {
      Random random = new Random(seed ^ p.name().hashCode());
      float[] values = new float[(int) p.shape().elements()];
      for (int i = 0; i < values.length; i++) {
        boolean positive = p.name().endsWith("running_var");
        values[i] = (float) (positive ? 0.5 + random.nextDouble() : random.nextGaussian() / 4);
      }
      return inline(TensorData.of(values, p.shape().dims()), type);
    };
  }

  private static ParameterStore.Location inline(TensorData data, DType type) {
    return new ParameterStore.Inline(type == DType.FLOAT16 ? data.toHalf().bytes() : data.bytes());
  }

  /** Convolution, batch norm, attention and sampling at computed points, as in the models. */
  private static Graph block() {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, 16, 16);
    Tensor map =
        s.in(
            "stem",
            b -> Norms.batchNorm(b.at("bn"), Conv2d.of(8, 3).stride(2).apply(b.at("conv"), image)));
    Tensor tokens = map.relu().flatten(2, 3).transpose(1, 2);
    Tensor normed = Norms.layerNorm(s.at("norm"), tokens, 1e-6);
    List<Tensor> qkv = Linear.linear(s.at("qkv"), normed, 24).chunk(3, -1);
    Tensor mixed = tokens.plus(Attention.multiHead(qkv.get(0), qkv.get(1), qkv.get(2), 2));
    Tensor grid = Linear.linear(s.at("offsets"), mixed, 2).tanh().reshape(1, 8, 8, 2);
    Tensor sampled =
        mixed.transpose(1, 2).reshape(1, 8, 8, 8).apply(new Sampling.GridSample(), grid);
    return trace.graph(Map.of("tokens", mixed, "sampled", sampled));
  }

  @Test
  void halfPrecisionIsCloseToSinglePrecisionOnTheCpu() throws IOException {
    for (long seed = 0; seed < 5; seed++) {
      Graph graph = block();
      Random random = new Random(seed);
      float[] pixels = new float[3 * 16 * 16];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) random.nextGaussian();
      }
      Map<String, TensorData> inputs = Map.of("image", TensorData.of(pixels, 1, 3, 16, 16));
      for (Dialect dialect : Dialect.values()) {
        Map<String, TensorData> single = run(graph, seed, Precision.FP32, dialect, inputs);
        Map<String, TensorData> half = run(graph, seed, Precision.FP16, dialect, inputs);
        for (String name : single.keySet()) {
          assertEquals(DType.FLOAT32, half.get(name).type().dtype());
          // Values below 2 with 11 significant bits, rounded about four times in sequence.
          assertArrayEquals(
              single.get(name).floats(),
              half.get(name).floats(),
              4 * 2 * 0x1p-11f,
              name + " in " + dialect + ", seed " + seed);
        }
      }
    }
  }

  private static Map<String, TensorData> run(
      Graph graph, long seed, Precision precision, Dialect dialect, Map<String, TensorData> inputs)
      throws IOException {
    Settings settings = Settings.on(new Device.Cpu(), precision).dialect(dialect);
    try (Plan plan = Plan.compile(graph, random(seed), settings)) {
      return plan.run(inputs);
    }
  }

  /** Returns a batch norm over 2 channels whose variance or its reciprocal exceeds float16. */
  private static ParameterStore extreme() {
    return (p, type) -> {
      float[] values =
          switch (p.name().substring(p.name().lastIndexOf('.') + 1)) {
            case "running_var" -> new float[] {1e-8f, 1e8f};
            case "running_mean" -> new float[] {1, 1e4f};
            case "bias" -> new float[] {0.5f, -0.5f};
            default -> p.shape().rank() == 1 ? new float[] {1e-3f, 1e3f} : new float[] {1, 1e3f};
          };
      return inline(TensorData.of(values, p.shape().dims()), type);
    };
  }

  private static Graph norm(boolean convolution, boolean tapped) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 1, convolution ? 1 : 2, 1, 1);
    Tensor inner = convolution ? Conv2d.of(2, 1).withoutBias().apply(s.at("conv"), x) : x;
    Tensor y = Norms.batchNorm(s.at("bn"), inner);
    return trace.graph(tapped ? Map.of("y", y, "inner", inner) : Map.of("y", y));
  }

  @Test
  void statisticsOfBatchNormsStayInSinglePrecision() throws IOException {
    float[] single = extreme(norm(true, false), Precision.FP32, 3);
    float[] half = extreme(norm(true, false), Precision.FP16, 3);
    for (int i = 0; i < 2; i++) {
      assertEquals(single[i], half[i], 2e-3 * Math.abs(single[i]), "channel " + i);
    }
    assertArrayEquals(
        extreme(norm(false, false), Precision.FP32, 3, 5000),
        extreme(norm(false, false), Precision.FP16, 3, 5000),
        1f);
  }

  private static float[] extreme(Graph graph, Precision precision, float... x) throws IOException {
    Settings settings = Settings.on(new Device.Cpu(), precision);
    try (Plan plan = Plan.compile(graph, extreme(), settings)) {
      return plan.run(Map.of("x", TensorData.of(x, 1, x.length, 1, 1))).get("y").floats();
    }
  }

  @Test
  void aBatchNormIsMergedIntoAConvolutionThatNothingElseReads() {
    assertEquals(List.of("Conv"), operators(norm(true, false), Precision.FP16));
    assertEquals(
        List.of("Conv", "BatchNormalization"), operators(norm(true, false), Precision.FP32));
  }

  @Test
  void aConvolutionThatIsReadElsewhereIsNotMerged() {
    assertEquals(List.of("Conv", "Mul", "Add"), operators(norm(true, true), Precision.FP16));
  }

  @Test
  void aPatchEmbeddingIsAMatrixProductInHalfPrecision() throws IOException {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3, 8, 12);
    Conv2d patches = Conv2d.patches(5, 4);
    Graph graph = trace.graph(Map.of("y", patches.apply(trace.root().at("proj"), x)));
    float[] values = new float[2 * 3 * 8 * 12];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Map<String, TensorData> inputs = Map.of("x", TensorData.of(values, 2, 3, 8, 12));
    float[] single = run(graph, 3, Precision.FP32, Dialect.PORTABLE, inputs).get("y").floats();
    float[] half = run(graph, 3, Precision.FP16, Dialect.PORTABLE, inputs).get("y").floats();
    assertArrayEquals(single, half, 8 * 0x1p-9f, "sums of 48 products below 8");
    assertEquals(List.of("Conv"), operators(graph, Precision.FP32));
    assertEquals(
        List.of("Reshape", "Transpose", "Reshape", "Gemm", "Reshape", "Transpose"),
        operators(graph, Precision.FP16));
  }

  /** Returns the operators with float16 results or, in float32, those that depend on the input. */
  private static List<String> operators(Graph graph, Precision precision) {
    ModelProto model = OnnxWriter.write(graph, Dialect.PORTABLE, precision, random(0), Map.of());
    return model.getGraph().getNodeList().stream()
        .filter(n -> !n.getOpType().equals("Cast") && !n.getOpType().equals("Identity"))
        .filter(n -> dependsOnInput(model, n.getOutput(0)))
        .map(NodeProto::getOpType)
        .toList();
  }

  private static boolean dependsOnInput(ModelProto model, String value) {
    return value.equals("x")
        || model.getGraph().getNodeList().stream()
            .filter(n -> n.getOutputList().contains(value))
            .anyMatch(n -> n.getInputList().stream().anyMatch(i -> dependsOnInput(model, i)));
  }
}
