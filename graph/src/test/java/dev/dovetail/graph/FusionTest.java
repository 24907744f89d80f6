package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.fused.BiasActivation;
import dev.dovetail.graph.fused.BoxOverlaps;
import dev.dovetail.graph.fused.DeformableAttention;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.GatedActivation;
import dev.dovetail.graph.fused.GreedySelection;
import dev.dovetail.graph.fused.MergedChunks;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ResizeArgMax;
import dev.dovetail.graph.fused.RotaryEmbedding;
import dev.dovetail.graph.fused.ScoreOrder;
import dev.dovetail.graph.fused.SelectedBoxes;
import dev.dovetail.graph.fused.SortedChunks;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.Windows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Fused operators that replace nodes. */
class FusionTest {

  private final Trace trace = new Trace();
  private final Scope root = trace.root();

  private static List<String> names(Graph graph) {
    return graph.nodes().stream()
        .filter(n -> !(n.op() instanceof Source))
        .map(n -> n.op().onnxName())
        .toList();
  }

  private static List<TensorType> infer(FusedOp op, int[]... shapes) {
    return op.infer(List.of(shapes).stream().map(s -> TensorType.of(DType.FLOAT32, s)).toList());
  }

  private static int[] x(int... dims) {
    return dims;
  }

  @Test
  void aFusedOperatorReplacesTheEquivalentNodes() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 35, 8);
    Windows windows = new Windows(new Extent(5, 7), new Extent(4, 4));
    Tensor inside = root.in("a", s -> windows.partition(x));
    Graph graph = trace.graph(Map.of("y", windows.reverse(inside.relu())));
    assertEquals(2, graph.fusions().size());
    Graph fused = graph.fused(graph.fusions());
    assertEquals(List.of("ToWindows", "Relu", "FromWindows"), names(fused));
    assertEquals(graph.outputs().get("y").type(), fused.outputs().get("y").type());
    assertEquals("a", fused.nodes().get(1).scope());
    assertTrue(fused.fusions().isEmpty());
    assertFalse(names(graph).contains("ToWindows"), "the original graph is unchanged");
  }

  @Test
  void aSubsetCanBeSelected() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 16, 8);
    Windows windows = new Windows(new Extent(4, 4), new Extent(2, 2));
    Graph graph = trace.graph(Map.of("y", windows.reverse(windows.partition(x).relu())));
    assertEquals(names(graph), names(graph.fused(List.of())));
    List<String> names = names(graph.fused(graph.fusions().subList(1, 2)));
    assertTrue(names.contains("FromWindows") && !names.contains("ToWindows"), names.toString());
  }

  /** Fuses a sum and its norm to one operator with two results that are both used. */
  @Test
  void anOperatorCanHaveSeveralResults() {
    Tensor x = trace.input("x", DType.FLOAT32, 3, 8);
    Tensor sum = x.plus(x.times(2));
    Tensor normed = Norms.layerNorm(root.at("norm"), sum, 1e-6);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("sum", sum);
    outputs.put("normed", normed);
    Graph graph = trace.graph(outputs);
    List<Tensor> norm = normed.node().inputs();
    Fusion fusion =
        new Fusion(
            new ResidualNorm(true, false, false, true, 1e-6),
            List.of(x, sum.node().inputs().get(1), norm.get(1), norm.get(2)),
            List.of(sum, normed));
    Graph fused = graph.fused(List.of(fusion));
    assertEquals(List.of("Mul", "ResidualNorm"), names(fused));
    assertEquals(0, fused.outputs().get("sum").index());
    assertEquals(1, fused.outputs().get("normed").index());
  }

  /** Uses the result of one fused operator in another. */
  @Test
  void fusedOperatorsCanBeChained() {
    Tensor x = trace.input("x", DType.FLOAT32, 3, 8);
    Tensor a = x.gelu();
    Tensor b = a.gelu();
    Graph graph = trace.graph(Map.of("y", b));
    FusedOp gelu = new BiasActivation(-1, false, BiasActivation.Activation.GELU, 1);
    Graph fused =
        graph.fused(
            List.of(
                new Fusion(gelu, List.of(a), List.of(b)),
                new Fusion(gelu, List.of(x), List.of(a))));
    assertEquals(List.of("BiasActivation", "BiasActivation"), names(fused));
  }

  @Test
  void anOperatorWithOtherResultTypesIsRejected() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 16, 8);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Fusion(new FromWindows(4, 4, 4, 4), List.of(x), List.of(x.flatten(0, 1))));
    assertTrue(e.getMessage().contains("FromWindows returns"), e.getMessage());
  }

  @Test
  void fusionsArePreservedWhenAGraphIsRewritten() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 16, 8);
    Windows windows = new Windows(new Extent(4, 4), new Extent(2, 2));
    Graph graph = trace.graph(Map.of("y", windows.partition(x.relu())));
    Graph rewritten =
        graph.rewrite(
            (node, operands) ->
                node.op() instanceof Elementwise.Unary
                    ? Optional.of(operands.get(0).sigmoid())
                    : Optional.empty());
    assertEquals(List.of("Sigmoid", "ToWindows"), names(rewritten.fused(rewritten.fusions())));
  }

  @Test
  void operandsThatOnlyAFusedOperatorReadsAreRewrittenToo() {
    Tensor x = trace.input("x", DType.FLOAT32, 3, 8).relu();
    FusedOp gelu = new BiasActivation(-1, false, BiasActivation.Activation.GELU, 1);
    Graph graph = trace.graph(Map.of("y", x.plus(1).fusible(x.gelu(), gelu)));
    Graph rewritten =
        graph.rewrite(
            (node, operands) ->
                node.op().equals(x.node().op())
                    ? Optional.of(operands.get(0).sigmoid())
                    : Optional.empty());
    List<String> names = names(rewritten.fused(rewritten.fusions()));
    assertEquals(List.of("Sigmoid", "Add", "BiasActivation"), names);
  }

  @Test
  void operandsThatOnlyAFusedOperatorReadsAreKeptWhileOthersAreFused() {
    Tensor x = trace.input("x", DType.FLOAT32, 3, 8);
    FusedOp gelu = new BiasActivation(-1, false, BiasActivation.Activation.GELU, 1);
    FusedOp relu = new BiasActivation(-1, false, BiasActivation.Activation.RELU, 1);
    Tensor y = x.plus(1).fusible(x.gelu(), gelu);
    Graph graph = trace.graph(Map.of("y", y.fusible(y.relu(), relu)));
    Graph later = graph.fused(List.of(graph.fusions().get(1)));
    assertEquals(List.of("Gelu", "BiasActivation"), names(later));
    List<String> names = names(later.fused(later.fusions()));
    assertEquals(List.of("Add", "BiasActivation", "BiasActivation"), names);
  }

  @Test
  void invalidOperandsAreRejected() {
    FusedOp windows = new ToWindows(4, 4, 2, 2, 3, true);
    assertEquals(3, infer(windows, x(2, 16, 12), x(12)).size());
    assertEquals(Shape.of(8, 4, 4), infer(windows, x(2, 16, 12), x(12)).get(0).shape());
    assertThrows(IllegalArgumentException.class, () -> infer(windows, x(2, 16, 12)));
    assertThrows(IllegalArgumentException.class, () -> infer(windows, x(2, 16, 12), x(4)));
    assertThrows(IllegalArgumentException.class, () -> infer(windows, x(2, 15, 12), x(12)));
    assertThrows(IllegalArgumentException.class, () -> infer(windows, x(2, 16, 11), x(11)));
    FusedOp back = new FromWindows(3, 3, 2, 2);
    assertEquals(Shape.of(2, 9, 5), infer(back, x(8, 4, 5)).get(0).shape());
    assertThrows(IllegalArgumentException.class, () -> infer(back, x(7, 4, 5)));
    assertThrows(IllegalArgumentException.class, () -> infer(back, x(8, 3, 5)));
    FusedOp norm = new ResidualNorm(true, true, false, true, 1e-6);
    assertEquals(2, infer(norm, x(3, 8), x(3, 8), x(8), x(8), x(8)).size());
    assertThrows(IllegalArgumentException.class, () -> infer(norm, x(3, 8), x(3, 8), x(8), x(8)));
    assertThrows(
        IllegalArgumentException.class, () -> infer(norm, x(3, 8), x(2, 8), x(8), x(8), x(8)));
    assertThrows(
        IllegalArgumentException.class, () -> infer(norm, x(3, 8), x(3, 8), x(8), x(8), x(7)));
    assertThrows(
        IllegalArgumentException.class,
        () -> infer(new ResidualNorm(false, false, true, true, 0), x(3, 8), x(8), x(8), x(8)));
    BiasActivation.Activation relu = BiasActivation.Activation.RELU;
    assertThrows(
        IllegalArgumentException.class,
        () -> infer(new BiasActivation(-1, true, relu, 1), x(3, 8), x(7)));
    assertThrows(
        IllegalArgumentException.class,
        () -> infer(new BiasActivation(1, true, relu, 1), x(1, 3, 8, 8), x(8)));
  }

  @Test
  void gatesAndRotationsRejectOtherOperands() {
    FusedOp gated = new GatedActivation(true, GatedActivation.Activation.GELU);
    assertEquals(Shape.of(3, 4), infer(gated, x(3, 8), x(8)).get(0).shape());
    assertThrows(IllegalArgumentException.class, () -> infer(gated, x(3, 8)));
    assertThrows(IllegalArgumentException.class, () -> infer(gated, x(3, 8), x(4)));
    assertThrows(IllegalArgumentException.class, () -> infer(gated, x(3, 7), x(7)));
    FusedOp rotated = new RotaryEmbedding(2, true);
    assertEquals(Shape.of(2, 3, 8), infer(rotated, x(2, 3, 8), x(3, 2), x(3, 2)).get(0).shape());
    assertThrows(
        IllegalArgumentException.class, () -> infer(rotated, x(2, 3, 6), x(3, 1), x(3, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> infer(rotated, x(2, 3, 8), x(3, 2), x(2, 2)));
  }

  @Test
  void deformableAttentionAcceptsOffsetsOrLocations() {
    List<DeformableAttention.Grid> grids =
        List.of(new DeformableAttention.Grid(2, 3), new DeformableAttention.Grid(1, 2));
    FusedOp offsets = new DeformableAttention(2, grids, List.of(1, 2), true, false);
    FusedOp locations = new DeformableAttention(2, grids, List.of(1, 2), false, true);
    int[] value = x(2, 8, 10);
    int[] logits = x(2, 5, 6);
    assertEquals(
        Shape.of(2, 5, 10),
        infer(offsets, value, logits, x(2, 5, 12), x(1, 5, 2, 2)).get(0).shape());
    assertEquals(
        Shape.of(2, 5, 10),
        infer(locations, value, logits, x(2, 5, 2, 3, 2), x(10), x(6)).get(0).shape());
    assertTrue(offsets.readsFloat32(3) && locations.readsFloat32(2) && !offsets.readsFloat32(2));
    for (int[] wrong : List.of(x(3, 5, 1, 2), x(1, 4, 1, 2), x(1, 5, 3, 2), x(1, 5, 1, 4))) {
      assertThrows(
          IllegalArgumentException.class, () -> infer(offsets, value, logits, x(2, 5, 12), wrong));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> infer(offsets, x(2, 7, 10), logits, x(2, 5, 12), x(1, 5, 1, 2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> infer(offsets, value, x(2, 5, 7), x(2, 5, 12), x(1, 5, 1, 2)));
  }

  @Test
  void stepsOfTopKAndSuppressionRejectOtherShapes() {
    TensorType row = TensorType.of(DType.FLOAT32, 2, 3, 5000);
    assertEquals(
        List.of(TensorType.of(DType.INT64, 6, 3, 70)),
        new SortedChunks(70, true).infer(List.of(row)));
    assertThrows(
        IllegalArgumentException.class, () -> new SortedChunks(5001, true).infer(List.of(row)));
    FusedOp merged = new MergedChunks(70);
    assertEquals(
        List.of(TensorType.of(DType.FLOAT32, 2, 3, 70), TensorType.of(DType.INT64, 2, 3, 70)),
        merged.infer(List.of(longs(6, 3, 70), row)));
    assertThrows(IllegalArgumentException.class, () -> merged.infer(List.of(longs(6, 2, 70), row)));
    TensorType boxes = TensorType.of(DType.FLOAT32, 2, 65, 4);
    TensorType scores = TensorType.of(DType.FLOAT32, 2, 1, 65);
    assertEquals(List.of(longs(2, 65)), new ScoreOrder().infer(List.of(scores)));
    assertThrows(IllegalArgumentException.class, () -> new ScoreOrder().infer(List.of(boxes)));
    FusedOp overlaps = new BoxOverlaps(0.5f);
    assertEquals(List.of(longs(2, 65, 2)), overlaps.infer(List.of(boxes, longs(2, 65))));
    assertThrows(
        IllegalArgumentException.class, () -> overlaps.infer(List.of(boxes, longs(1, 65))));
    FusedOp greedy = new GreedySelection(9, 0);
    assertEquals(
        List.of(longs(2, 9), longs(2)),
        greedy.infer(List.of(longs(2, 65, 2), longs(2, 65), scores)));
    assertThrows(
        IllegalArgumentException.class,
        () -> greedy.infer(List.of(longs(2, 65, 1), longs(2, 65), scores)));
    List<TensorType> selected = List.of(longs(2, 9), longs(2), longs(1));
    assertEquals(List.of(Shape.of(18, 3)), new SelectedBoxes(2).shapes(selected, new long[] {18}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SelectedBoxes(2).shapes(selected, new long[] {19}));
  }

  private static TensorType longs(int... dims) {
    return TensorType.of(DType.INT64, dims);
  }

  @Test
  void sizesOfALabelMapAreKnownInARun() {
    ResizeArgMax op = new ResizeArgMax(8, 12, true, DType.UINT8);
    TensorType number = TensorType.of(DType.INT64);
    List<TensorType> in =
        List.of(
            TensorType.of(DType.FLOAT32, 2, 5, 4, 6),
            number,
            number,
            TensorType.of(DType.INT64, 2));
    assertEquals(List.of(TensorType.of(DType.UINT8, 2, -1, -1)), op.infer(in));
    assertEquals(List.of(Shape.of(2, 20, 30)), op.shapes(in, new long[] {8, 11, 20, 30}));
    for (long[] wrong :
        new long[][] {{9, 12, 20, 30}, {8, 0, 20, 30}, {8, 12, 0, 30}, {8, 12, 1 << 16, 1 << 16}}) {
      assertThrows(IllegalArgumentException.class, () -> op.shapes(in, wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> infer(op, x(2, 5, 4, 6)));
  }
}
