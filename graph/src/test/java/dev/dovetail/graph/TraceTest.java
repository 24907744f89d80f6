package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TraceTest {

  private final Trace trace = new Trace();
  private final Scope root = trace.root();

  @Test
  void aSecondInputWithTheSameNameIsRejected() {
    trace.input("image", DType.UINT8, 3);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> trace.input("image", DType.FLOAT32, 3));
    assertTrue(e.getMessage().contains("'image'"), e.getMessage());
  }

  @Test
  void operandsOfTwoTracesAreRejected() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor other = new Trace().input("x", DType.FLOAT32, 2);
    ShapeException e = assertThrows(ShapeException.class, () -> x.plus(other));
    assertTrue(e.getMessage().contains("another trace"), e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT64", "BFLOAT16"})
  void typesThatGraphsDoNotComputeInAreRefused(DType type) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> trace.input("x", type, 2));
    assertTrue(e.getMessage().contains("not in " + type), e.getMessage());
  }

  @Test
  void numbersHaveTheTypeOfTheirTensor() {
    assertEquals(DType.INT64, trace.input("i", DType.INT64, 2).plus(1).dtype());
    Tensor pixels = trace.input("p", DType.UINT8, 2);
    ShapeException e = assertThrows(ShapeException.class, () -> pixels.plus(1));
    assertTrue(e.getMessage().contains("uint8[2]"), e.getMessage());
  }

  @Test
  void aGraphContainsTheNodesOfItsOutputsAndAllDeclarations() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor unused = x.exp();
    root.weight("w", Init.zeros(), 2);
    Graph graph = trace.graph(Map.of("y", x.relu()));
    assertFalse(graph.nodes().contains(unused.node()));
    assertEquals(
        List.of("Input", "Relu"), graph.nodes().stream().map(n -> n.op().onnxName()).toList());
    assertEquals(List.of("w"), graph.parameters().stream().map(Parameter::name).toList());
  }

  @Test
  void scopesCanBecomeOutputs() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor y = root.in("stem", s -> x.relu()).exp();
    Graph graph = trace.graph(Map.of("y", y));
    Tensor stem = graph.value("stem").orElseThrow();
    Graph tapped = graph.withOutputs(Map.of("stem", stem));
    assertEquals(Map.of("stem", stem), tapped.outputs());
    assertFalse(tapped.nodes().contains(y.node()));
    assertTrue(graph.value("head").isEmpty());
  }

  @Test
  void aReshapedAndAddedTableIsOnlyAdded() {
    Tensor x = trace.input("x", DType.FLOAT32, 3, 2);
    Tensor table = root.weight("table", Init.zeros(), 2, 3);
    Tensor factor = root.weight("factor", Init.zeros(), 3, 2);
    Graph graph = trace.graph(Map.of("y", x.times(factor).plus(table.transpose(0, 1))));
    assertTrue(graph.isOnlyAdded(graph.parameters().get(0)));
    assertFalse(graph.isOnlyAdded(graph.parameters().get(1)));
  }

  @Test
  void onlyATraceForTrainingReportsTraining() {
    assertFalse(root.training());
    assertTrue(Trace.forTraining().root().training());
  }
}
