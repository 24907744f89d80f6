package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators of the CUDA dialect compute the same values as the plain ones, also on the CPU. */
class CudaFormsTest extends CudaDialect {

  @Test
  void zerosAtTheEndsAreConcatenated() throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3, 4, 5);
    Tensor ends = x.apply(new Movement.Pad(List.of(0, 0, 0, 0), List.of(0, 2, 1, 0), 0));
    Tensor again = x.plus(1).apply(new Movement.Pad(List.of(0, 0, 0, 0), List.of(0, 2, 1, 0), 0));
    Tensor starts = x.apply(new Movement.Pad(List.of(0, 0, 1, 0), List.of(0, 0, 0, 0), 0));
    Graph graph = trace.graph(Map.of("y", ends.plus(again), "z", starts));
    assertEquals(1, count(graph, Dialect.ORT_CUDA, "Pad"));
    assertEquals(4, count(graph, Dialect.ORT_CUDA, "Concat"));
    assertEquals(2, count(graph, Dialect.ORT_CUDA, "Expand"));
    Map<String, TensorData> in = Map.of("x", random(new Random(4), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "padded");
  }

  @Test
  void inHalfPrecisionADepthwiseConvolutionStaysInFloat32WithItsNorm() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 4, 8, 8);
    Tensor c = trace.root().weight("c", Init.ones(), 4);
    Tensor w = trace.root().weight("w", Init.ones(), 4, 1, 3, 3);
    Tensor sums = x.plus(1).apply(new Convolution.Conv(1, 1, 4), w);
    Tensor y = sums.apply(new Normalization.BatchNorm(1e-5f), c, c, c, c).plus(2);
    Graph graph = trace.graph(Map.of("y", y));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    int conv = operators.indexOf("Conv");
    List<String> next = List.of("Reshape", "Add", "Cast", "Add"); // the bias, a cast, and 2
    assertEquals(next, operators.subList(conv + 1, conv + 5), () -> "" + operators);
    assertEquals(4, count(operators, "Cast"), () -> "" + operators);
    assertEquals(0, count(operators, "BatchNormalization"), () -> "" + operators);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void slicesOfABatchAreGatheredFromOneAxis(int batch) throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, batch, 5, 2, 3);
    Tensor at = trace.input("at", DType.INT64, batch, 4, 2, 1);
    Graph graph = trace.graph(Map.of("y", x.gatherNd(1, at)));
    assertEquals(1, count(graph, Dialect.ORT, "GatherND"));
    assertEquals(0, count(graph, Dialect.ORT_CUDA, "GatherND"));
    Random random = new Random(batch);
    long[] indices = random.longs(batch * 8L, 0, 5).toArray();
    Map<String, TensorData> in =
        Map.of("x", random(random, x), "at", TensorData.of(indices, batch, 4, 2, 1));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "gathered");
  }

  @ParameterizedTest
  @CsvSource({"false, true", "false, false", "true, true", "true, false"})
  void aResidualIsAddedInTheNormAfterIt(boolean scaled, boolean biased) throws IOException {
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 2, 5, 16);
    Tensor branch = x.gelu();
    if (biased) {
      branch = Linear.linear(s.at("fc"), branch, 16, new Init.Normal(0.3f), new Init.Normal(1));
    }
    if (scaled) {
      branch = branch.times(s.weight("gamma", new Init.Normal(1), 16));
    }
    Tensor sum = x.plus(branch);
    Tensor y = Norms.layerNorm(s.at("norm"), sum, 1e-6);
    Graph graph = trace.graph(Map.of("y", y.plus(sum)));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(1, count(operators, "SkipLayerNormalization"), () -> "" + operators);
    assertEquals(0, count(operators, "LayerNormalization"), () -> "" + operators);
    assertEquals(1, count(operators, "Add"), () -> "" + operators);
    assertEquals(0, count(graph, Dialect.ORT, "SkipLayerNormalization"));
    Map<String, TensorData> in = Map.of("x", random(new Random(5), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "residual");
  }

  @Test
  void aBiasAndAResidualAreAddedTogether() throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 5, 16);
    Init normal = new Init.Normal(0.3f);
    Tensor y = x.plus(Linear.linear(trace.root().at("fc"), x.gelu(), 16, normal, normal));
    Graph graph = trace.graph(Map.of("y", y));
    assertEquals(0, count(graph, Dialect.ORT_CUDA, "Add"));
    assertEquals(1, count(graph, Dialect.ORT_CUDA, "SkipLayerNormalization"));
    Map<String, TensorData> in = Map.of("x", random(new Random(11), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "residual");
  }

  @ParameterizedTest
  @CsvSource({"2 5 16, true", "2 5 16, false", "3 16, true", "2 3 4 8, false"})
  void aNormAloneAddsTheBiasBeforeItOrZeros(String shape, boolean biased) throws IOException {
    Scope s = trace.root();
    int[] dims = Arrays.stream(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    int width = dims[dims.length - 1];
    Tensor x = trace.input("x", DType.FLOAT32, dims);
    Init normal = new Init.Normal(1);
    Tensor z = biased ? Linear.linear(s.at("fc"), x, width, new Init.Normal(0.3f), normal) : x;
    Graph graph = trace.graph(Map.of("y", Norms.layerNorm(s.at("norm"), z, 1e-6)));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(1, count(operators, "SkipLayerNormalization"), () -> "" + operators);
    assertEquals(0, count(operators, "Add"), () -> "" + operators);
    assertEquals(0, count(operators, "LayerNormalization"), () -> "" + operators);
    Map<String, TensorData> in = Map.of("x", random(new Random(8), x));
    float[] expected = run(graph, Dialect.PORTABLE, in);
    assertClose(expected, run(graph, Dialect.ORT_CUDA, in), "norm");
    assertClose(expected, run(graph, HALF, in), "norm in half precision", 1e-2);
  }

  @ParameterizedTest
  @CsvSource({"16, 8, 40, 24", "24, 16, 12, 8"})
  void inHalfPrecisionALargeMapIsResizedByProducts(int h, int w, int height, int width)
      throws IOException {
    Tensor x = largeWhenResized(h, w, height, width);
    Graph graph = resized(x, height, width);
    assertEquals(1, count(operators(graph, Dialect.ORT_CUDA, Precision.FP32), "Resize"));
    assertEquals(0, count(operators(graph, Dialect.ORT_CUDA, Precision.FP16), "Resize"));
    Map<String, TensorData> in = Map.of("x", random(new Random(10), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, HALF, in), "resized", 2e-3);
  }

  @ParameterizedTest
  @CsvSource({"16, 8, 40, 23", "12, 8, 40, 24", "16, 12, 40, 24"})
  void productsOfOtherExtentsThanMultiplesOf8DoNotResize(int h, int w, int height, int width) {
    Graph graph = resized(largeWhenResized(h, w, height, width), height, width);
    assertEquals(1, count(operators(graph, Dialect.ORT_CUDA, Precision.FP16), "Resize"));
  }

  private Tensor largeWhenResized(int h, int w, int height, int width) {
    return trace.input("x", DType.FLOAT32, 1, (1 << 25) / (height * width) + 1, h, w);
  }

  private Graph resized(Tensor x, int height, int width) {
    return trace.graph(
        Map.of("y", x.apply(new Sampling.Resize(height, width, x.shape(), Sampling.Mode.LINEAR))));
  }

  @Test
  void operatorsOnValuesOfUnknownSizeAreKept() {
    Tensor x = trace.input("x", DType.FLOAT32, 8, 2, 8, 8);
    Tensor some =
        x.select(3, 0).select(2, 0).select(1, 0).greater(0).apply(new Selection.NonZero());
    Tensor y = x.gather(0, some.squeeze(0)).gelu();
    Shape from = y.shape();
    y = y.apply(new Sampling.Resize(16, 16, from, Sampling.Mode.LINEAR));
    Graph graph = trace.graph(Map.of("y", Norms.layerNorm(trace.root().at("norm"), y, 1e-6)));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    for (String operator : List.of("Gelu", "Resize", "LayerNormalization")) {
      assertEquals(1, count(operators, operator), () -> operator + ": " + operators);
    }
  }

  @ParameterizedTest
  @CsvSource({"128, true", "127, false"})
  void inHalfPrecisionOnlyALargeGeluAloneHasABiasOfZeros(int rows, boolean large)
      throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, 2, rows, 4096);
    Graph graph = trace.graph(Map.of("y", x.gelu()));
    assertEquals(1, count(graph, Dialect.ORT_CUDA, "Gelu"), "in float32");
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(1, count(operators, large ? "BiasGelu" : "Gelu"), () -> "" + operators);
    assertEquals(0, count(operators, large ? "Gelu" : "BiasGelu"), () -> "" + operators);
    Map<String, TensorData> in = Map.of("x", random(new Random(13), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, HALF, in), "gelu", 1e-3);
  }

  @Test
  void twoGelusInSuccessionHaveABias() throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 5, 16);
    Tensor z = Linear.linear(trace.root().at("fc"), x, 12, new Init.Normal(1), new Init.Normal(1));
    Graph graph = trace.graph(Map.of("y", z.gelu().gelu()));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(2, count(operators, "BiasGelu"), () -> "" + operators);
    assertEquals(0, count(operators, "Add") + count(operators, "Gelu"), () -> "" + operators);
    Map<String, TensorData> in = Map.of("x", random(new Random(9), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "gelu");
  }

  /** ONNX Runtime would otherwise move the sums back into the operators before them. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16"})
  void theBiasOfAProductOrAHalfPrecisionConvolutionRemainsASum(Precision precision)
      throws Exception {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 4, 8, 8);
    Init normal = new Init.Normal(1);
    Tensor y = Conv2d.of(6, 3).apply(trace.root().at("conv"), x).relu();
    y = Linear.linear(trace.root().at("fc"), y, 5, normal, normal);
    Graph graph = trace.graph(Map.of("y", y));
    List<NodeProto> nodes = optimized(graph, precision).getNodeList();
    assertEquals(
        precision == Precision.FP16 ? 2 : 1,
        nodes.stream().filter(n -> n.getOpType().equals("Add")).count(),
        nodes::toString);
  }

  @Test
  void aSumThatOnlyTheNormReadsIsNotWritten() {
    Tensor x = trace.input("x", DType.FLOAT32, 5, 16);
    Tensor y = Norms.layerNorm(trace.root().at("norm"), x.plus(x.gelu()), 1e-6);
    Graph graph = trace.graph(Map.of("y", y));
    NodeProto norm =
        nodes(graph, Dialect.ORT_CUDA, Precision.FP16).stream()
            .filter(n -> n.getOpType().equals("SkipLayerNormalization"))
            .findFirst()
            .orElseThrow();
    assertEquals(1, norm.getOutputCount());
  }

  @Test
  void theResidualOfAMapIsAddedBeforeItsNorm() throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3, 4, 8);
    Tensor y = Norms.layerNorm(trace.root().at("norm"), x.plus(x.gelu()), 1e-6);
    Graph graph = trace.graph(Map.of("y", y));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(1, count(operators, "Add"));
    assertEquals(1, count(operators, "SkipLayerNormalization"));
    assertEquals(1, count(graph, Dialect.ORT_CUDA, "LayerNormalization"), "in float32");
    Map<String, TensorData> in = Map.of("x", random(new Random(6), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "map");
  }
}
