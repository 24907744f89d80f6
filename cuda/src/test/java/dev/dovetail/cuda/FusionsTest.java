package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Fusion;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.fused.BiasActivation;
import dev.dovetail.graph.fused.BiasActivation.Activation;
import dev.dovetail.graph.fused.DeformableAttention;
import dev.dovetail.graph.fused.DepthwiseConv;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ResizeArgMax;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.fused.WindowAttention;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fusions that are found in graphs, and that only an engine can use. */
class FusionsTest {

  private static final ParameterStore ZEROS =
      (p, type) ->
          new ParameterStore.Inline(
              ByteBuffer.allocate(Math.toIntExact(p.shape().elements() * type.bytes())));

  private static List<FusedOp> ops(Graph graph) {
    return FusedGraph.fusions(graph, op -> true).stream().map(Fusion::op).toList();
  }

  /** A plan that computes both what is fused and what it replaces has twice as many nodes. */
  @ParameterizedTest
  @MethodSource("models")
  void fusedOperatorsReplaceNodesOfWholeModels(String name) throws IOException {
    Graph graph = Lowering.foldBatchNorms(BenchModels.graph(name, Path.of("../configs")));
    Map<String, Long> before = counts(graph);
    Map<String, Long> after = counts(graph.fused(FusedGraph.fusions(graph, op -> true)));
    assertFalse(after.equals(before), "nothing is fused");
    // Operands of fused operators may have another type than those of the replaced nodes.
    before.keySet().removeAll(Set.of("Cast", "Shape"));
    before.forEach(
        (op, count) -> assertTrue(after.getOrDefault(op, 0L) <= count, () -> op + ": " + after));
  }

  static List<String> models() {
    return Stream.concat(BenchModels.names().stream(), BenchModels.launched().stream())
        .distinct()
        .toList();
  }

  private static Map<String, Long> counts(Graph graph) {
    return graph.nodes().stream()
        .filter(n -> !(n.op() instanceof Source))
        .collect(Collectors.groupingBy(n -> n.op().onnxName(), Collectors.counting()));
  }

  @Test
  void biasesOfAdjacentProductsAreFused() {
    assertEquals(
        List.of(new ToWindows(5, 6, 4, 4, 3, true), new FromWindows(5, 6, 4, 4)),
        ops(FusedCases.qkvInWindows(2, 5, 6, 4, 2, 8).graph()));
    assertEquals(
        List.of(new ToWindows(1, 9, 1, 9, 3, true)), ops(FusedCases.qkv(1, 9, 3, 4).graph()));
    assertEquals(
        List.of(
            new ResidualNorm(false, false, false, true, 1e-6),
            new ResidualNorm(true, true, true, true, 1e-5),
            new ResidualNorm(true, true, false, false, 0)),
        ops(FusedCases.block(1, 3, 16, true).graph()));
    assertEquals(
        List.of(new BiasActivation(-1, true, Activation.GELU, 1)),
        ops(FusedCases.gelu(1, 2, 4).graph()));
    assertEquals(
        List.of(new BiasActivation(-1, false, Activation.GELU, 2)),
        ops(FusedCases.twoGelus(1, 2, 4).graph()));
    List<FusedOp> deformable = ops(FusedCases.deformable(1, 2, 4, 3, new Extent(4, 4)).graph());
    DeformableAttention.Grid grid = new DeformableAttention.Grid(4, 4);
    assertEquals(
        List.of(new DeformableAttention(2, List.of(grid), List.of(3), true, true)), deformable);
  }

  @Test
  void attentionInWindowsReadsTheJointProductOfTheUnpaddedGrid() {
    ShiftedWindows windows =
        new ShiftedWindows(new Extent(5, 6), new Extent(4, 4), new Extent(2, 2), true);
    Graph graph = FusedCases.shifted(1, windows, 2, 4).graph();
    List<Fusion> found = FusedGraph.fusions(graph, op -> true);
    assertEquals(
        List.of(
            new WindowAttention(
                new WindowAttention.Windows(5, 6, 4, 4, 2, 2, true), 2, 0.5, -100, true)),
        found.stream().map(Fusion::op).toList());
    assertEquals(
        List.of("Gemm", "Input", "Parameter", "Parameter", "Parameter", "Reshape", "Reshape"),
        graph.fused(found).nodes().stream()
            .map(n -> n.op().onnxName())
            .filter(name -> !name.equals("WindowAttention"))
            .sorted()
            .toList());
    assertEquals(
        List.of("WindowAttention"),
        ops(FusedCases.separate(1, windows, 2, 4).graph()).stream()
            .map(FusedOp::onnxName)
            .toList());
  }

  @Test
  void windowsThatDoNotFitIntoSharedMemoryAreNotFused() {
    ShiftedWindows windows =
        new ShiftedWindows(new Extent(16, 16), new Extent(16, 16), new Extent(0, 0), true);
    assertEquals(
        List.of(new ToWindows(1, 256, 1, 256, 3, true)),
        ops(FusedCases.shifted(1, windows, 1, 32).graph()));
  }

  @Test
  void aDepthwiseConvolutionIsFusedWithItsBatchNorm() {
    Conv2d layer = Conv2d.depthwise(3, 3);
    assertEquals(
        List.of(new DepthwiseConv(1, 1, true)),
        ops(FusedCases.depthwise(1, 3, new Extent(4, 4), layer).graph()));
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 3, 4, 4);
    Tensor normed = Norms.batchNorm(trace.root().at("bn"), layer.apply(trace.root().at("dw"), x));
    assertEquals(
        List.of(new DepthwiseConv(1, 1, true)),
        ops(Lowering.foldBatchNorms(trace.graph(Map.of("y", normed)))));
    trace = new Trace();
    x = trace.input("x", DType.FLOAT32, 1, 4, 4, 4);
    Tensor grouped = new Conv2d(4, 3, 1, 1, 2, false, Init.zeros()).apply(trace.root(), x);
    assertEquals(List.of(), ops(trace.graph(Map.of("y", grouped))));
  }

  @Test
  void theBiasOfAConvolutionIsFusedWithTheActivation() {
    Extent size = new Extent(4, 4);
    Conv2d layer = Conv2d.of(6, 3);
    assertEquals(
        List.of(new BiasActivation(1, true, Activation.RELU, 1)),
        ops(FusedCases.convolution(1, 3, size, layer, Tensor::relu).graph()));
    assertEquals(
        List.of(new BiasActivation(1, true, Activation.IDENTITY, 1)),
        ops(FusedCases.convolution(1, 3, size, layer, Tensor::sigmoid).graph()));
    assertEquals(
        List.of(), ops(FusedCases.convolution(1, 3, size, layer.withoutBias(), y -> y).graph()));
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 3, 4, 4);
    Tensor y = layer.apply(trace.root(), x);
    Graph twoReaders = trace.graph(Map.of("relu", y.relu(), "y", y));
    assertEquals(List.of(new BiasActivation(1, true, Activation.IDENTITY, 1)), ops(twoReaders));
  }

  @Test
  void aPatchConvolutionKeepsItsBias() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 3, 8, 8);
    Tensor y = new Conv2d(4, 4, 4, 0, 1, true, Init.zeros()).apply(trace.root(), x);
    assertEquals(List.of(), ops(trace.graph(Map.of("y", y))));
  }

  @Test
  void labelMapsAreFused() {
    assertEquals(
        List.of(new ResizeArgMax(13, 20, true, DType.UINT8)),
        ops(FusedCases.labels(2, 5, new Extent(4, 5), new Extent(13, 20), true).graph()));
    assertEquals(
        List.of(new ResizeArgMax(6, 6, false, DType.UINT8)),
        ops(FusedCases.labels(2, 5, new Extent(6, 6), new Extent(6, 6), false).graph()));
    assertEquals(
        List.of(),
        ops(FusedCases.labels(2, 5, new Extent(6, 6), new Extent(5, 6), false).graph()),
        "scores that are first made smaller");
  }

  @Test
  void aValueWithOtherReadersKeepsItsBias() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 3, 8);
    Tensor biased = Linear.linear(trace.root().at("fc"), x, 8);
    Graph graph = trace.graph(Map.of("y", biased.gelu(), "biased", biased));
    assertEquals(List.of(), ops(graph));
  }

  @Test
  void aSumThatIsNormedTwiceIsComputedOnce() {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 3, 8);
    Tensor sum = x.plus(x.times(2));
    Graph graph =
        trace.graph(
            Map.of(
                "a", Norms.layerNorm(s.at("a"), sum, 1e-6),
                "b", Norms.layerNorm(s.at("b"), sum, 1e-6)));
    assertEquals(
        List.of(
            new ResidualNorm(true, false, false, true, 1e-6),
            new ResidualNorm(false, false, false, true, 1e-6)),
        ops(graph));
    assertEquals(
        1,
        graph.fused(FusedGraph.fusions(graph, op -> true)).nodes().stream()
            .filter(n -> n.op().onnxName().equals("Mul"))
            .count());
  }

  @Test
  void dynamicShapesAreNotFused() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, -1, 8);
    Graph graph = trace.graph(Map.of("y", Norms.layerNorm(trace.root(), x, 1e-6)));
    assertEquals(List.of(), ops(graph));
  }

  @Test
  void withoutKernelsTheFormsAreThoseOfTheOfficialEngine() {
    for (FusedCases.Case c :
        List.of(FusedCases.qkvInWindows(2, 5, 6, 4, 2, 8), FusedCases.block(1, 3, 16, true))) {
      Graph plain = c.graph().fused(FusedGraph.fusions(c.graph(), op -> false));
      assertEquals(
          OnnxWriter.write(c.graph(), Dialect.ORT_CUDA, Precision.FP16, ZEROS, Map.of()),
          OnnxWriter.write(plain, Dialect.ORT_CUDA, Precision.FP16, ZEROS, Map.of()));
      assertFalse(
          OnnxWriter.write(plain, Dialect.ORT, Precision.FP16, ZEROS, Map.of())
              .equals(OnnxWriter.write(plain, Dialect.ORT_CUDA, Precision.FP16, ZEROS, Map.of())));
    }
  }

  @Test
  void modelsContainFusedOperatorsOnlyIfAnEngineRequestsThem() {
    Graph graph = FusedCases.qkvInWindows(1, 5, 6, 4, 2, 8).graph();
    for (Dialect dialect : Dialect.values()) {
      String text = OnnxWriter.write(graph, dialect, Precision.FP16, ZEROS, Map.of()).toString();
      assertFalse(text.contains("domain: \"" + FusedOp.DOMAIN + "\""), dialect.toString());
    }
  }
}
