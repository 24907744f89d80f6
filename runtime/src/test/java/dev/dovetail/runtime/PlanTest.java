package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.ParameterStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static Plan plan(Settings settings) throws IOException {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3);
    Tensor index = trace.input("index", DType.INT64, 1);
    Tensor picked = trace.root().in("neck.pick", s -> x.gather(1, index).exp());
    Tensor sum = trace.root().in("head", s -> x.matmul(x.transpose(0, 1)).sum(1, false));
    Graph graph = trace.graph(Map.of("picked", picked, "sum", sum));
    return Plan.compile(graph, ParameterStore.none(), settings);
  }

  private static final TensorData X = TensorData.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
  private static final TensorData INDEX = TensorData.of(new long[] {0}, 1);

  @Test
  void outputsAreReturnedByNameWithTheirShapes() throws IOException {
    try (Plan plan = plan(Settings.cpu())) {
      Map<String, TensorData> out = plan.run(Map.of("x", X, "index", INDEX));
      assertEquals(Set.of("picked", "sum"), out.keySet());
      assertEquals(TensorType.of(DType.FLOAT32, 2, 1), out.get("picked").type());
      assertArrayEquals(new float[] {19, 64}, out.get("sum").floats());
    }
  }

  @Test
  void aDirectBufferIsReadInPlaceFromItsPosition() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(40).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(new float[] {9, 9, 0, 1, 2, 3, 4, 5, 9, 9});
    TensorData x = TensorData.of(X.type(), buffer.position(8).limit(32));
    try (Plan plan = plan(Settings.cpu())) {
      assertArrayEquals(
          new float[] {19, 64}, plan.run(Map.of("x", x, "index", INDEX)).get("sum").floats());
    }
  }

  @Test
  void valuesWithTooManyElementsForCudaAreRejectedByTheirScope() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 1, 1 << 30);
    Graph exceeds = trace.graph(Map.of("y", trace.root().in("neck", s -> Tensor.concat(0, x, x))));
    Settings settings = Settings.cpu().dialect(Dialect.ORT_CUDA);
    PlanException e =
        assertThrows(
            PlanException.class, () -> Plan.compile(exceeds, ParameterStore.none(), settings));
    assertTrue(e.getMessage().startsWith("cpu: a value has more than"), e.getMessage());
    assertTrue(e.getMessage().contains("[2, 1073741824] in neck"), e.getMessage());
    assertTrue(e.getMessage().endsWith("use a smaller batch or smaller images"), e.getMessage());
  }

  @Test
  void unsuitableInputsAreRejectedByName() throws IOException {
    try (Plan plan = plan(Settings.cpu())) {
      assertMessage("the graph's inputs are [index, x], but the run has [x]", plan, Map.of("x", X));
      assertMessage(
          "input 'x' is float32[3, 2], but the graph expects float32[2, 3]",
          plan,
          Map.of("x", TensorData.of(new float[6], 3, 2), "index", INDEX));
      assertMessage(
          "input 'index' is int32[1], but the graph expects int64[1]",
          plan,
          Map.of("x", X, "index", TensorData.of(new int[1], 1)));
    }
  }

  private static void assertMessage(String message, Plan plan, Map<String, TensorData> inputs) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> plan.run(inputs));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aRunThatFailsNamesTheNode() throws IOException {
    try (Plan plan = plan(Settings.cpu())) {
      Map<String, TensorData> inputs = Map.of("x", X, "index", TensorData.of(new long[] {7}, 1));
      PlanException e = assertThrows(PlanException.class, () -> plan.run(inputs));
      assertTrue(e.getMessage().startsWith("the run failed on cpu: "), e.getMessage());
      assertTrue(e.getMessage().contains("neck.pick/Gather"), e.getMessage());
    }
  }

  @Test
  void aProfileReportsSecondsByScope() throws IOException {
    try (Plan plan = plan(Settings.cpu().withProfile())) {
      plan.run(Map.of("x", X, "index", INDEX));
      plan.run(Map.of("x", X, "index", INDEX));
      Profile profile = plan.profile(0);
      assertFalse(profile.nodes().isEmpty());
      assertTrue(
          profile.nodes().stream().allMatch(n -> n.provider().equals("CPUExecutionProvider")));
      assertEquals(2, profile.runs());
      assertTrue(
          profile.scopes().keySet().containsAll(List.of("", "head", "neck", "neck.pick")),
          profile.toString());
      assertTrue(profile.operators().containsKey("Gather"), profile.toString());
      double parts = profile.scopes().get("head") + profile.scopes().get("neck");
      assertTrue(profile.scopes().get("") >= parts - 1e-9, profile.toString());
      assertThrows(IllegalStateException.class, () -> plan.profile(0));
    }
  }

  @Test
  void aProfileSkipsInitialRuns() throws IOException {
    try (Plan plan = plan(Settings.cpu().withProfile())) {
      for (int i = 0; i < 5; i++) {
        plan.run(Map.of("x", X, "index", INDEX));
      }
      Profile profile = plan.profile(2);
      assertEquals(3, profile.runs());
      assertTrue(profile.scopes().get("neck.pick") > 0, profile.toString());
    }
  }

  @Test
  void aRepeatedRunIsTimedAndChecksItsInputs() throws IOException {
    try (Plan plan = plan(Settings.cpu());
        RepeatedRun run = plan.repeat(Map.of("x", X, "index", INDEX))) {
      assertTrue(run.nanoseconds() > 0);
      assertTrue(run.nanoseconds() > 0);
      assertThrows(IllegalArgumentException.class, () -> plan.repeat(Map.of("x", X)));
    }
  }

  @Test
  void aRepeatedRunThatFailsNamesTheNode() throws IOException {
    Map<String, TensorData> inputs = Map.of("x", X, "index", TensorData.of(new long[] {7}, 1));
    try (Plan plan = plan(Settings.cpu());
        RepeatedRun run = plan.repeat(inputs)) {
      PlanException e = assertThrows(PlanException.class, run::nanoseconds);
      assertTrue(e.getMessage().startsWith("the run failed on cpu: "), e.getMessage());
    }
  }

  @Test
  void aPlanWithoutAProfileThrows() throws IOException {
    try (Plan plan = plan(Settings.cpu())) {
      assertThrows(IllegalStateException.class, () -> plan.profile(0));
    }
  }

  @Test
  void aNegativeNumberOfThreadsIsRejected() {
    assertThrows(IllegalArgumentException.class, () -> Settings.cpu().threads(-1));
  }
}
