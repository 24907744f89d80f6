package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The form of lowered operators. The tests of runtime compare the numbers. */
class LoweringTest {

  private final Trace trace = new Trace();
  private final Scope root = trace.root();

  private List<String> operators(Tensor lowered) {
    return trace.graph(Map.of("y", lowered)).nodes().stream()
        .map(Node::op)
        .filter(op -> !(op instanceof Source))
        .map(Op::onnxName)
        .toList();
  }

  @Test
  void attentionBecomesTwoProductsAndASoftmaxInItsScope() {
    Tensor q = trace.input("q", DType.FLOAT32, 2, 5, 8);
    Tensor k = trace.input("k", DType.FLOAT32, 2, 7, 8);
    Tensor v = trace.input("v", DType.FLOAT32, 2, 7, 6);
    Tensor y = root.in("attn", s -> q.apply(new Product.Attention(2, 0.5f), k, v));
    Tensor lowered = Lowering.attention(y.node());
    assertEquals(y.type(), lowered.type());
    assertEquals("attn", lowered.node().scope());
    List<String> operators = operators(lowered);
    assertEquals(2, operators.stream().filter("MatMul"::equals).count());
    assertEquals(1, operators.stream().filter("Softmax"::equals).count());
    assertFalse(operators.contains("Add"), "without bias");
  }

  @Test
  void aLayerNormBecomesAnInstanceNormOfEachRow() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 5, 8);
    Tensor c = root.weight("c", Init.ones(), 8);
    Tensor y = root.in("norm", s -> x.apply(new Normalization.LayerNorm(1e-6), c, c));
    Tensor lowered = Lowering.layerNorm(y.node());
    assertEquals(y.type(), lowered.type());
    assertEquals("norm", lowered.node().scope());
    assertEquals(
        List.of("Reshape", "InstanceNormalization", "Mul", "Add", "Reshape"), operators(lowered));
  }

  private Tensor batchNorm(Tensor x, int channels) {
    Tensor c = root.weight("c", Init.ones(), channels);
    return x.apply(new Normalization.BatchNorm(1e-5f), c, c, c, c);
  }

  @Test
  void aBatchNormBecomesOneProductAndOneSumOfTheMap() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 4, 3, 3);
    Tensor y = batchNorm(x, 4);
    Tensor lowered = Lowering.batchNorm(y.node());
    assertEquals(y.type(), lowered.type());
    assertEquals("Add", lowered.node().op().onnxName());
    Node product = lowered.node().inputs().get(0).node();
    assertEquals("Mul", product.op().onnxName());
    assertEquals(x, product.inputs().get(0));
    assertEquals(Shape.of(4, 1, 1), product.inputs().get(1).shape());
  }

  @Test
  void aConvolutionAndItsBatchNormBecomeOneConvolutionWithABias() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3, 8, 8);
    Tensor conv =
        x.apply(new Convolution.Conv(2, 1, 1), root.weight("w", Init.zeros(), 4, 3, 3, 3));
    Tensor y = batchNorm(conv, 4);
    Tensor lowered = Lowering.convolutionWithBatchNorm(y.node());
    assertEquals(y.type(), lowered.type());
    assertEquals(conv.node().op(), lowered.node().op());
    assertEquals(x, lowered.node().inputs().get(0));
    assertEquals(Shape.of(4), lowered.node().inputs().get(2).shape());
  }

  @Test
  void aBatchNormOfConcatenatedConvolutionsIsFoldedIntoEach() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 2, 8, 8);
    Tensor small =
        x.apply(new Convolution.Conv(1, 1, 2), root.weight("w3", Init.zeros(), 2, 1, 3, 3));
    Tensor large =
        x.apply(new Convolution.Conv(1, 2, 2), root.weight("w5", Init.zeros(), 2, 1, 5, 5));
    Tensor y = batchNorm(Tensor.concat(1, small, large), 4);
    Node folded = Lowering.foldBatchNorms(trace.graph(Map.of("y", y))).outputs().get("y").node();
    assertEquals("Concat", folded.op().onnxName());
    for (int i = 0; i < 2; i++) {
      Node conv = folded.inputs().get(i).node();
      assertEquals(new Convolution.Conv(1, 1 + i, 2), conv.op());
      assertEquals(Shape.of(2), conv.inputs().get(2).shape());
    }
    Graph twoReaders = trace.graph(Map.of("y", y, "small", small));
    assertEquals(
        "BatchNormalization",
        Lowering.foldBatchNorms(twoReaders).outputs().get("y").node().op().onnxName());
  }

  private Tensor convolution(int extent, int kernel, Convolution.Conv op) {
    Tensor x = trace.input("x" + extent + op, DType.FLOAT32, 1, 4, extent, extent);
    return x.apply(
        op, root.weight("w" + kernel + op, Init.zeros(), 6, 4 / op.groups(), kernel, kernel));
  }

  @Test
  void onlyConvolutionsWithKernelEqualToStrideAreSplitIntoPatches() {
    assertTrue(Lowering.cutsPatches(convolution(8, 4, new Convolution.Conv(4, 0, 1)).node()));
    assertFalse(Lowering.cutsPatches(convolution(9, 4, new Convolution.Conv(4, 0, 1)).node()));
    assertFalse(Lowering.cutsPatches(convolution(8, 4, new Convolution.Conv(2, 0, 1)).node()));
    assertFalse(Lowering.cutsPatches(convolution(8, 2, new Convolution.Conv(2, 1, 1)).node()));
    assertFalse(Lowering.cutsPatches(convolution(8, 2, new Convolution.Conv(2, 0, 2)).node()));
    assertFalse(Lowering.cutsPatches(convolution(8, 1, new Convolution.Conv(1, 0, 1)).node()));
    Tensor relu = trace.input("r", DType.FLOAT32, 2).relu();
    assertFalse(Lowering.cutsPatches(relu.node()));
  }

  @Test
  void patchesBecomeRowsOfOneProduct() {
    Tensor y = convolution(8, 4, new Convolution.Conv(4, 0, 1));
    Tensor lowered = Lowering.patchesByProduct(y.node());
    assertEquals(y.type(), lowered.type());
    assertEquals(1, operators(lowered).stream().filter("Gemm"::equals).count());
    assertFalse(operators(lowered).contains("Conv"));
  }

  @Test
  void float32NodesAreLoweredInFloat32() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 4, 3, 3);
    Tensor y = root.float32(() -> batchNorm(x, 4));
    assertTrue(Lowering.batchNorm(y.node()).node().float32());
    assertFalse(Lowering.batchNorm(batchNorm(x, 4).node()).node().float32());
  }
}
