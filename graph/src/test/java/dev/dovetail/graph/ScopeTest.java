package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.core.IgnoredKeys;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.Norms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopeTest {

  private final Trace trace = new Trace();
  private final Scope root = trace.root();
  private final Tensor x = trace.input("x", DType.FLOAT32, 2, 5, 8);

  @Test
  void parametersHaveTheDottedNamesOfTheirScopes() {
    Tensor y = Linear.linear(root.at("blocks").at(3).at("mlp.fc1"), x, 4);
    Graph graph = trace.graph(Map.of("y", y));
    assertEquals(
        List.of("blocks.3.mlp.fc1.weight", "blocks.3.mlp.fc1.bias"),
        graph.parameters().stream().map(Parameter::name).toList());
    assertEquals(Shape.of(4, 8), graph.parameters().get(0).shape());
  }

  @Test
  void anUnusedWeightCountsAndItsKeyIsIgnored() {
    root.at("norm").unread("weight", "the norm is not used", 8);
    Graph graph = trace.graph(Map.of("y", x.relu()));
    assertEquals(8, Cost.perScope(graph).get("norm").parameters());
    assertEquals(Role.UNREAD, graph.parameters().get(0).role());
    assertTrue(graph.ignoredKeys().get(0).keys().matcher("norm.weight").matches());
    assertEquals("the norm is not used", graph.ignoredKeys().get(0).reason());
    assertTrue(graph.nodes().stream().noneMatch(n -> n.op() instanceof Source.Weight));
  }

  @Test
  void repeatedRequestsReturnTheSameParameter() {
    Tensor first = root.at("a").weight("w", Init.zeros(), 3);
    assertSame(first, root.weight("a.w", Init.zeros(), 3));
  }

  @Test
  void conflictingRequestsAreBothReported() {
    root.weight("w", Init.zeros(), 3);
    ShapeException e = assertThrows(ShapeException.class, () -> root.weight("w", Init.zeros(), 4));
    assertTrue(e.getMessage().contains("'w'"), e.getMessage());
    assertTrue(e.getMessage().contains("float32[3]"), e.getMessage());
    assertTrue(e.getMessage().contains("float32[4]"), e.getMessage());
    assertThrows(ShapeException.class, () -> root.weight("w", Init.ones(), 3));
    assertThrows(
        ShapeException.class,
        () -> root.parameter("w", DType.FLOAT32, Role.STATISTIC, Init.zeros(), 3));
  }

  @Test
  void operationsHaveTheScopeInWhichTheyRun() {
    Tensor y =
        root.in(
            "outer",
            s -> {
              Tensor inner = s.in("inner", t -> x.relu());
              assertEquals("outer.inner", inner.node().scope());
              return inner.plus(1);
            });
    assertEquals("outer", y.node().scope());
    assertEquals("", y.neg().node().scope());
  }

  @Test
  void theOutputOfAScopeIsTheResultOfItsBody() {
    Tensor y = root.in("block", s -> s.tap("half", x.relu()).neg());
    Graph graph = trace.graph(Map.of("y", y));
    assertSame(y, graph.value("block").orElseThrow());
    assertEquals("Relu", graph.value("block.half").orElseThrow().node().op().onnxName());
    assertTrue(graph.value("nowhere").isEmpty());
  }

  @Test
  void ignoredKeysMatchWholeNamesAndStarsMatchAnything() {
    root.at("head").ignoreKeys("aux.*", "training");
    Norms.batchNorm(root.at("bn"), trace.input("m", DType.FLOAT32, 1, 3, 2, 2));
    List<IgnoredKeys> unused = trace.graph(Map.of("x", x)).ignoredKeys();
    assertTrue(unused.get(0).keys().matcher("head.aux.0.weight").matches());
    assertTrue(!unused.get(0).keys().matcher("xhead.aux.0").matches());
    assertTrue(unused.get(1).keys().matcher("bn.num_batches_tracked").matches());
  }

  @Test
  void aShapeErrorNamesScopeOperationShapesAndTheLineOfModelCode() {
    ShapeException e =
        assertThrows(
            ShapeException.class,
            () ->
                root.in("blocks.3.attn", s -> x.matmul(trace.input("z", DType.FLOAT32, 2, 7, 8))));
    String m = e.getMessage();
    assertTrue(m.contains("'blocks.3.attn'"), m);
    assertTrue(m.contains("MatMul"), m);
    assertTrue(m.contains("float32[2, 5, 8]") && m.contains("float32[2, 7, 8]"), m);
  }

  @Test
  void aValueThatMustBeFiniteIsCheckedIfOutputsDependOnIt() {
    Tensor y = root.at("head").finite("scores", x.exp());
    assertSame(y, trace.graph(Map.of()).value("head.scores").orElseThrow());
    assertEquals(List.of(), List.copyOf(trace.graph(Map.of("x", x)).oddities().keySet()));
    Map<String, Tensor> counts = trace.graph(Map.of("y", y.argmax(2))).oddities();
    assertEquals(List.of("head.scores"), List.copyOf(counts.keySet()));
    assertEquals(Shape.of(1), counts.get("head.scores").shape());
    assertTrue(counts.get("head.scores").node().float32());
  }

  @Test
  void aTableIsOnlyAddedIfItHasNoOtherUse() {
    Tensor table = root.weight("table", Init.zeros(), 8, 5);
    Tensor added = x.plus(table.permute(1, 0).reshape(1, 5, 8));
    Tensor other = root.weight("other", Init.zeros(), 8);
    Tensor both = added.plus(other).times(other);
    Graph graph = trace.graph(Map.of("both", both));
    assertTrue(graph.isOnlyAdded(graph.parameters().get(0)));
    assertTrue(!graph.isOnlyAdded(graph.parameters().get(1)));
    root.weight("idle", Init.zeros(), 8);
    Graph more = trace.graph(Map.of("both", both));
    assertTrue(!more.isOnlyAdded(more.parameters().get(2)));
  }

  @Test
  void nanAndInfinityAreCountedOnlyInFloatingPointData() {
    assertEquals(0, TensorData.of(new float[] {0, -Float.MAX_VALUE}, 2).oddities());
    assertEquals(0, TensorData.of(new long[] {-1}, 1).oddities());
    for (float odd : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      TensorData data = TensorData.of(new float[] {0, odd}, 2);
      assertEquals(1, data.oddities());
      assertEquals(1, data.toHalf().oddities());
    }
    assertEquals(1, TensorData.of(new float[] {7e4f}, 1).toHalf().oddities());
  }

  @Test
  void twoInputsWithTheSameNameAreRejected() {
    assertThrows(IllegalArgumentException.class, () -> trace.input("x", DType.FLOAT32, 1));
  }

  @Test
  void tensorsOfDifferentTracesCannotBeMixed() {
    Tensor other = new Trace().input("x", DType.FLOAT32, 2, 5, 8);
    ShapeException e = assertThrows(ShapeException.class, () -> x.plus(other));
    assertTrue(e.getMessage().contains("another trace"), e.getMessage());
  }

  @Test
  void foldRunsLayersInTheScopesOfTheirIndices() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor y =
        trace
            .root()
            .at("blocks")
            .fold(1, 3, x, (s, in, i) -> in.times(s.weight("w" + i, Init.ones(), 2)));
    Graph graph = trace.graph(Map.of("y", y));
    assertEquals(
        List.of("blocks.1.w1", "blocks.2.w2"),
        graph.parameters().stream().map(Parameter::name).toList());
    assertSame(y, graph.value("blocks.2").orElseThrow());
    assertSame(x, trace.root().fold(3, 3, x, (s, in, i) -> in.neg()));
  }
}
