package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Sampling.DeformableAttention;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.ShapeException;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.RotaryEmbedding;
import dev.dovetail.graph.nn.DeformableSampling;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.graph.nn.WindowPartition;
import dev.dovetail.graph.nn.Windows;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention in the CUDA dialect computes the same values as the plain one, also on the CPU. */
class CudaAttentionFormsTest extends CudaDialect {

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
  @CsvSource({"1, 1, 1", "1, 2, 1", "2, 2, 1", "2, 1, 2"})
  void inHalfPrecisionDeformableAttentionIsComputedFromOffsets(
      int batch, int levels, int references) throws IOException {
    Random random = new Random(10 * batch + levels);
    int n = 8192 + 1;
    List<Extent> grids = List.of(new Extent(5, 7), new Extent(3, 4));
    Tensor values = trace.input("values", DType.FLOAT32, batch, 5 * 7 + 3 * 4, 128);
    Tensor query = trace.input("query", DType.FLOAT32, batch, n, 8);
    Tensor at = trace.input("at", DType.FLOAT32, references, n, levels, 2);
    Init normal = new Init.Normal(0.1f);
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
    // The initial weights of offsets and logits are zeros, which would hide where they are read.
    WeightBinding weights = binding(random, graph, "sampling_offsets", "attention_weights");
    Map<String, TensorData> in =
        Map.of(
            "values",
            random(random, values),
            "query",
            random(random, query),
            "at",
            random(random, at));
    float[] expected = run(graph, weights, Settings.cpu().dialect(Dialect.PORTABLE), in);
    assertClose(expected, run(graph, weights, HALF, in), "batch " + batch, 2e-3);
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
  @CsvSource({
    "6, 9, 3, 1, true",
    "10, 7, 3, 2, false",
    "10, 7, 3, 2, true",
    "8, 8, 4, 2, true",
    "7, 5, 3, 0, true"
  })
  void inHalfPrecisionAttentionInShiftedWindowsPadsKeysToAMultipleOf8(
      int height, int width, int side, int shift, boolean padFirst) throws Exception {
    Extent by = new Extent(shift, shift);
    Tensor x = trace.input("x", DType.FLOAT32, 2, height * width, 24);
    Graph graph =
        inShiftedWindows(
            x, new ShiftedWindows(new Extent(height, width), new Extent(side, side), by, padFirst));
    List<String> operators = operators(graph, Dialect.ORT_CUDA, Precision.FP16);
    int groups = shift == 0 ? 1 : 2;
    assertEquals(groups, count(operators, "MultiHeadAttention"), () -> "" + operators);
    assertEquals(groups + 1, count(operators, "Gather"), () -> "" + operators);
    GraphProto optimized = optimized(graph, Precision.FP16);
    for (NodeProto node : optimized.getNodeList()) {
      if (node.getOpType().equals("MultiHeadAttention")) {
        String name = node.getInput(5);
        TensorProto all =
            optimized.getInitializerList().stream()
                .filter(t -> t.getName().equals(name))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(3L, 16L, 16L), all.getDimsList().subList(1, 4)); // 9 or 16 places
      }
    }
    Map<String, TensorData> in = Map.of("x", random(new Random(12), x));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, HALF, in), "windows", 8e-3);
  }

  private Graph inShiftedWindows(Tensor x, ShiftedWindows windows) {
    Scope s = trace.root();
    WindowPartition partition = new WindowPartition(s, windows, -100);
    Init normal = new Init.Normal(0.5f);
    Tensor qkv = Linear.linear(s.at("qkv"), partition.pad(x), 3 * x.dim(2), normal, normal);
    int places = windows.window().area();
    Tensor bias = s.weight("bias", normal, 1, 3, places, places);
    Tensor y = partition.attend(qkv.chunk(3, 2), bias, new Product.Attention(3, 0.35));
    return trace.graph(Map.of("y", y));
  }

  @Test
  void sizesThatPaddedKeysExceedAreRejected() {
    Extent one = new Extent(1, 1);
    Tensor x = trace.input("x", DType.FLOAT32, 1, 36, 7_500_000);
    Graph graph =
        inShiftedWindows(x, new ShiftedWindows(new Extent(6, 6), one, new Extent(0, 0), true));
    nodes(graph, Dialect.ORT_CUDA, Precision.FP32); // 36 * 22,500,000 elements
    ShapeException e =
        assertThrows(ShapeException.class, () -> nodes(graph, Dialect.ORT_CUDA, Precision.FP16));
    assertTrue(e.getMessage().contains("[1, 288, 7500016]"), e.getMessage());
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

  /** The splits of a product are as fast as separate products only if there is enough work. */
  @ParameterizedTest
  @CsvSource({"699, 0", "700, 3"})
  void largeProductsAreComputedInParts(int tokens, int separate) throws IOException {
    Tensor x = trace.input("x", DType.FLOAT32, 1000, tokens, 2);
    Init normal = new Init.Normal(0.5f);
    List<Tensor> parts = Linear.linear(trace.root().at("qkv"), x, 24, normal, normal).chunk(3, -1);
    Tensor y = parts.get(0).minus(parts.get(1)).times(parts.get(2));
    Graph graph = trace.graph(Map.of("y", y.mean(1, false)));
    List<NodeProto> products =
        nodes(graph, Dialect.ORT_CUDA, Precision.FP16).stream()
            .filter(node -> node.getOpType().equals("Gemm"))
            .toList();
    assertEquals(Math.max(separate, 1), products.size());
    WeightBinding weights = binding(new Random(tokens), graph, "qkv");
    Map<String, TensorData> in = Map.of("x", random(new Random(tokens), x));
    assertClose(
        run(graph, weights, Settings.cpu().dialect(Dialect.PORTABLE), in),
        run(graph, weights, HALF, in),
        "tokens " + tokens,
        2e-3);
  }

  /** Adjacent pairs allow to rotate several heads as one, of at most 256 channels. */
  @ParameterizedTest
  @CsvSource({"true, 12, 64, 3", "true, 6, 64, 2", "true, 7, 256, 7", "false, 6, 8, 6"})
  void inHalfPrecisionPairsAreRotatedByOneOperator(
      boolean adjacent, int heads, int channels, int together) throws IOException {
    int tokens = 5;
    int pairs = channels / 2;
    Tensor x = trace.input("x", DType.FLOAT32, 2, tokens, heads * channels);
    Random random = new Random(heads);
    Tensor angles = trace.input("angles", DType.FLOAT32, tokens, pairs);
    Tensor c = angles.cos();
    Tensor s = angles.sin();
    int pair = adjacent ? 4 : 3;
    Tensor both = x.reshape(2, tokens, heads, adjacent ? pairs : 2, adjacent ? 2 : pairs);
    Tensor a = both.slice(pair, 0, 1).reshape(2, tokens, heads, pairs);
    Tensor b = both.slice(pair, 1, 2).reshape(2, tokens, heads, pairs);
    Tensor cos = c.reshape(tokens, 1, pairs);
    Tensor sin = s.reshape(tokens, 1, pairs);
    Tensor first = a.times(cos).minus(b.times(sin)).unsqueeze(pair);
    Tensor second = b.times(cos).plus(a.times(sin)).unsqueeze(pair);
    Tensor rotated = Tensor.concat(pair, first, second).reshape(x.shape().dims());
    Tensor y = x.fusible(rotated, new RotaryEmbedding(heads, adjacent), c, s);
    Graph graph = trace.graph(Map.of("y", y.plus(0)));
    List<NodeProto> nodes =
        nodes(graph, Dialect.ORT_CUDA, Precision.FP16).stream()
            .filter(node -> node.getOpType().equals("RotaryEmbedding"))
            .toList();
    assertEquals(1, nodes.size());
    assertEquals("com.microsoft", nodes.get(0).getDomain());
    for (AttributeProto attribute : nodes.get(0).getAttributeList()) {
      assertEquals(
          attribute.getName().equals("num_heads") ? together : adjacent ? 1 : 0, attribute.getI());
    }
    assertEquals(0, count(graph, Dialect.ORT_CUDA, "RotaryEmbedding"), "in float32");
    Map<String, TensorData> in = Map.of("x", random(random, x), "angles", random(random, angles));
    assertClose(run(graph, Dialect.PORTABLE, in), run(graph, HALF, in), "rotated", 2e-3);
  }
}
