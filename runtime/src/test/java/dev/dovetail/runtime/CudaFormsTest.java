package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Sampling.DeformableAttention;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.DeformableSampling;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.graph.nn.WindowPartition;
import dev.dovetail.graph.nn.Windows;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxFile;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators of the CUDA dialect compute the same values as the plain ones, also on the CPU. */
class CudaFormsTest {

  @TempDir Path folder;

  private final Trace trace = new Trace();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void deformableAttentionByPointEqualsThatByMap(int seed) throws IOException {
    Random random = new Random(seed);
    int heads = List.of(1, 4, 8).get(random.nextInt(3));
    int width = 128;
    int queries = (1 << 20) / width / seed + 1;
    List<Shape> maps = List.of(Shape.of(5, 7), Shape.of(3, 4), Shape.of(2, 2)).subList(0, seed);
    List<Integer> points = List.of(2, 1, 3).subList(0, seed);
    int all = points.stream().mapToInt(i -> i).sum();
    int cells = maps.stream().mapToInt(m -> m.dim(0) * m.dim(1)).sum();
    Tensor values = trace.input("values", DType.FLOAT32, seed, cells, width);
    Tensor at = trace.input("at", DType.FLOAT32, seed, heads, queries, all, 2);
    Tensor weights = trace.input("weights", DType.FLOAT32, seed, heads, queries, all);
    Graph graph =
        trace.graph(
            Map.of(
                "y",
                values.apply(
                    new DeformableAttention(maps, points, Method.BILINEAR),
                    at,
                    weights.softmax(-1))));
    Map<String, TensorData> in =
        Map.of(
            "values",
            random(random, values),
            "at",
            random(random, at),
            "weights",
            random(random, weights));
    assertEquals(all, count(graph, Dialect.ORT_CUDA, "GridSample"));
    assertEquals(seed, count(graph, Dialect.ORT, "GridSample"));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, Dialect.ORT_CUDA, in), "seed " + seed);
  }

  /** With points on the maps and beyond, and references for all levels or each. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void inHalfPrecisionDeformableAttentionIsComputedFromOffsets(int levels) throws IOException {
    Random random = new Random(levels);
    int n = 8192 + 1;
    List<Extent> grids = List.of(new Extent(5, 7), new Extent(3, 4));
    Tensor values = trace.input("values", DType.FLOAT32, 1, 5 * 7 + 3 * 4, 128);
    Tensor query = trace.input("query", DType.FLOAT32, 1, n, 8);
    Tensor at = trace.input("at", DType.FLOAT32, 1, n, levels, 2);
    Init normal = new Init.Normal(0.1f);
    // The initial offsets point in as many directions as there are heads, up to 3 cells away.
    Tensor y =
        DeformableSampling.bilinear(4, 3)
            .apply(
                trace.root(),
                query,
                new ReferencePoints.Points(at),
                new TokenPyramid(
                    Linear.linear(trace.root().at("v"), values, 128, normal, normal), grids));
    Graph graph = trace.graph(Map.of("y", y));
    List<NodeProto> nodes = nodes(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(0, nodes.stream().filter(node -> node.getOpType().equals("Div")).count());
    assertEquals(6, nodes.stream().filter(node -> node.getOpType().equals("GridSample")).count());
    Map<String, TensorData> in =
        Map.of(
            "values",
            random(random, values),
            "query",
            random(random, query),
            "at",
            random(random, at));
    float[] expected = run(graph, Settings.cpu().dialect(Dialect.PORTABLE), in);
    Settings half = Settings.on(new Device.Cpu(), Precision.FP16).dialect(Dialect.ORT_CUDA);
    assertClose(expected, run(graph, half, in), "levels " + levels, 2e-3);
  }

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
  void aNormAddsTheBiasBeforeIt(String shape, boolean biased) throws IOException {
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
    Settings half = Settings.on(new Device.Cpu(), Precision.FP16).dialect(Dialect.ORT_CUDA);
    assertClose(expected, run(graph, half, in), "norm in half precision", 1e-2);
  }

  @ParameterizedTest
  @CsvSource({"16, 8, 40, 23", "24, 16, 12, 8"})
  void inHalfPrecisionALargeMapIsResizedByProducts(int h, int w, int height, int width)
      throws IOException {
    int channels = (1 << 25) / (height * width) + 1;
    Tensor x = trace.input("x", DType.FLOAT32, 1, channels, h, w);
    Shape from = x.shape();
    Tensor y = x.apply(new Sampling.Resize(height, width, from, Sampling.Mode.LINEAR));
    Graph graph = trace.graph(Map.of("y", y));
    assertEquals(1, count(operators(graph, Dialect.ORT_CUDA, Precision.FP32), "Resize"));
    assertEquals(0, count(operators(graph, Dialect.ORT_CUDA, Precision.FP16), "Resize"));
    Map<String, TensorData> in = Map.of("x", random(new Random(10), x));
    Settings half = Settings.on(new Device.Cpu(), Precision.FP16).dialect(Dialect.ORT_CUDA);
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, half, in), "resized", 2e-3);
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
    Path model = folder.resolve("model.onnx");
    Path optimized = folder.resolve("optimized.onnx");
    WeightBinding weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, 1 << 20));
    OnnxFile.write(model, graph, Dialect.ORT_CUDA, precision, weights, Map.of(), false);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      for (Map.Entry<String, String> e : CudaProvider.sessionEntries().entrySet()) {
        options.addConfigEntry(e.getKey(), e.getValue());
      }
      options.setOptimizedModelFilePath(optimized.toString());
      OrtEnvironment.getEnvironment().createSession(model.toString(), options).close();
    }
    List<NodeProto> nodes =
        ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph().getNodeList();
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

  @ParameterizedTest
  @CsvSource({
    "1, 6, 6, 4, 4, 12",
    "2, 5, 7, 3, 3, 16",
    "2, 3, 9, 4, 3, 8",
    "3, 4, 6, 2, 3, 20",
    "2, 5, 6, 5, 6, 8"
  })
  void aProductBeforeWindowsIsComputedInsideThem(
      int batch, int height, int width, int rows, int columns, int channels) throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, batch, height * width, channels);
    Init normal = new Init.Normal(0.3f);
    Tensor qkv = Linear.linear(trace.root().at("qkv"), x, 3 * channels, normal, normal);
    Windows windows = new Windows(new Extent(height, width), new Extent(rows, columns));
    List<Tensor> parts = windows.partition(qkv).chunk(3, -1);
    Graph graph =
        trace.graph(Map.of("y", Tensor.concat(0, parts.get(2), parts.get(0), parts.get(1))));
    Map<String, TensorData> in = Map.of("x", random(new Random(7), x));
    float[] expected = run(graph, Dialect.PORTABLE, in);
    float[] found = run(graph, Dialect.ORT_CUDA, in);
    assertClose(expected, found, "windows");
    int zeros = 0;
    for (int i = 0; i < found.length; i++) {
      zeros += found[i] == 0 ? 1 : 0;
      assertEquals(expected[i] == 0, found[i] == 0, "element " + i);
    }
    int places = parts.get(0).dim(0) * rows * columns;
    assertEquals(3 * channels * (places - batch * height * width), zeros);
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    assertEquals(0, count(operators, "Add") + count(operators, "Pad"), () -> "" + operators);
  }

  @ParameterizedTest
  @CsvSource({"6, 9, 3, 1, true", "10, 7, 3, 2, false", "8, 8, 4, 2, true", "7, 5, 3, 0, true"})
  void inHalfPrecisionAttentionInShiftedWindowsHasAMultipleOfKeys(
      int height, int width, int side, int shift, boolean padFirst) throws IOException {
    ShiftedWindows windows =
        new ShiftedWindows(
            new Extent(height, width), new Extent(side, side), new Extent(shift, shift), padFirst);
    Scope s = trace.root();
    WindowPartition partition = new WindowPartition(s, windows, -100);
    Tensor x = trace.input("x", DType.FLOAT32, 2, height * width, 24);
    Init normal = new Init.Normal(0.5f);
    Tensor qkv = Linear.linear(s.at("qkv"), partition.pad(x), 72, normal, normal);
    Tensor bias = s.weight("bias", normal, 1, 3, side * side, side * side);
    Tensor y = partition.attend(qkv.chunk(3, 2), bias, new Product.Attention(3, 0.35));
    Graph graph = trace.graph(Map.of("y", y));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    int groups = shift == 0 ? 1 : 2;
    assertEquals(groups, count(operators, "MultiHeadAttention"), () -> "" + operators);
    assertEquals(groups + 1, count(operators, "Gather"), () -> "" + operators);
    Map<String, TensorData> in = Map.of("x", random(new Random(12), x));
    Settings half = Settings.on(new Device.Cpu(), Precision.FP16).dialect(Dialect.ORT_CUDA);
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, half, in), "windows", 8e-3);
  }

  @Test
  void inHalfPrecisionTheWeightOfAProductInWindowsIsConstant() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 36, 24);
    Tensor qkv = Linear.linear(trace.root().at("qkv"), x, 72);
    Tensor inside = new Windows(new Extent(6, 6), new Extent(4, 4)).partition(qkv);
    Graph graph = trace.graph(Map.of("y", inside.chunk(3, -1).get(0)));
    Set<String> dynamic = new HashSet<>(Set.of("x"));
    List<String> products = new ArrayList<>();
    for (NodeProto node : nodes(graph, Dialect.ORT_CUDA, Precision.FP16)) {
      if (node.getInputList().stream().anyMatch(dynamic::contains)) {
        dynamic.addAll(node.getOutputList());
      }
      if (node.getOpType().equals("Gemm")) {
        products.add(dynamic.contains(node.getInput(0)) + " " + dynamic.contains(node.getInput(1)));
        assertTrue(node.getInput(1).endsWith("/Cast"), node.getInput(1));
      }
    }
    assertEquals(List.of("true false"), products);
  }

  private static TensorData random(Random random, Tensor like) {
    float[] values = new float[Math.toIntExact(like.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 1.2f - 0.1f;
    }
    return TensorData.of(values, like.shape().dims());
  }

  private static void assertClose(float[] expected, float[] found, String what) {
    assertClose(expected, found, what, 2e-6);
  }

  private static void assertClose(float[] expected, float[] found, String what, double most) {
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], most, what + ", element " + i);
    }
  }

  private float[] run(Graph graph, Dialect dialect, Map<String, TensorData> in) throws IOException {
    return run(graph, Settings.cpu().dialect(dialect), in);
  }

  private float[] run(Graph graph, Settings settings, Map<String, TensorData> in)
      throws IOException {
    WeightBinding none = WeightBinding.of(Map.of(), new DerivedFiles(folder, 1 << 20));
    try (Plan plan = Plan.compile(graph, none, settings)) {
      return plan.run(in).get("y").floats();
    }
  }

  private static long count(Graph graph, Dialect dialect, String operator) {
    return count(operators(graph, dialect, Precision.FP32), operator);
  }

  private static long count(List<String> operators, String operator) {
    return operators.stream().filter(operator::equals).count();
  }

  private static List<String> operators(Graph graph, Dialect dialect, Precision precision) {
    return nodes(graph, dialect, precision).stream().map(NodeProto::getOpType).toList();
  }

  private static List<NodeProto> nodes(Graph graph, Dialect dialect, Precision precision) {
    return OnnxWriter.write(
            graph, dialect, precision, (p, t) -> new ParameterStore.InFile("w", 0, 64), Map.of())
        .getGraph()
        .getNodeList();
  }
}
