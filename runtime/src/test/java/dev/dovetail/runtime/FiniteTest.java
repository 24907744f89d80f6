package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.OnnxFile;
import dev.dovetail.graph.onnx.OnnxWriter;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights and values that are NaN or infinite. */
class FiniteTest {

  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @TempDir Path folder;

  /** Computes the maximum of {@code relu(x * scale + shift)}, which hides NaN and -infinity. */
  private static Graph clipped() {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 3);
    Tensor y = x.times(s.at("body").weight("scale", Init.ones(), 3));
    Tensor shifted = y.plus(s.at("body").weight("shift", Init.zeros(), 3));
    return trace.graph(Map.of("y", shifted.relu().max(0, true)));
  }

  private float[] run(Graph graph, Settings settings, SafetensorsFile weights, float... x)
      throws IOException {
    Path file = weights.write(folder.resolve("w" + System.nanoTime() + ".safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      WeightBinding binding = WeightBinding.of(graph, checkpoint);
      try (Plan plan = Plan.compile(graph, binding, settings)) {
        return plan.run(Map.of("x", TensorData.of(x, x.length))).get("y").floats();
      }
    }
  }

  private static SafetensorsFile weights(float scale, float shift) {
    return new SafetensorsFile()
        .floats("body.scale", "[3]", 1, scale, 1)
        .floats("body.shift", "[3]", 0, shift, 0);
  }

  @ParameterizedTest
  @ValueSource(floats = {NAN, INFINITY, Float.NEGATIVE_INFINITY})
  void aNonFiniteWeightIsReportedBeforeAnyRun(float odd) throws IOException {
    PlanException e =
        assertThrows(
            PlanException.class, () -> run(clipped(), Settings.cpu(), weights(odd, 0), 1, 2, 3));
    assertTrue(
        e.getMessage().startsWith("the weights cannot be used: 'body.scale' [3] contains values"),
        e.getMessage());
    assertArrayEquals(new float[] {3}, run(clipped(), Settings.cpu(), weights(1, 0), 1, 2, 3));
  }

  @Test
  void theFirstOfSeveralNonFiniteWeightsIsReported() {
    PlanException e =
        assertThrows(
            PlanException.class, () -> run(clipped(), Settings.cpu(), weights(NAN, NAN), 1, 2, 3));
    assertTrue(e.getMessage().contains("'body.scale'"), e.getMessage());
  }

  @Test
  void aWeightThatExceedsHalfPrecisionIsReported() throws IOException {
    Settings half = Settings.on(new Device.Cpu(), Precision.FP16);
    PlanException e =
        assertThrows(PlanException.class, () -> run(clipped(), half, weights(7e4f, 0), 0, 0, 0));
    assertTrue(e.getMessage().contains("1 too large for float16 of 3"), e.getMessage());
    assertTrue(e.getMessage().contains("--precision fp32"), e.getMessage());
    assertArrayEquals(
        new float[] {7e4f}, run(clipped(), Settings.cpu(), weights(7e4f, 0), 0, 1, 0));
  }

  @Test
  void allPlansOfABindingAreRejected() throws IOException {
    Graph graph = clipped();
    Path file = weights(NAN, 0).write(folder.resolve("w.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      WeightBinding binding = WeightBinding.of(graph, checkpoint);
      for (int i = 0; i < 2; i++) {
        assertThrows(
            PlanException.class, () -> Plan.compile(graph, binding, Settings.cpu()).close());
      }
    }
  }

  /**
   * Computes attention of two queries over three keys, with a learned bias that is transposed and
   * sliced.
   */
  private static Graph masked() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 6);
    Tensor table = trace.root().weight("table", Init.zeros(), 3, 2);
    Tensor bias = table.permute(1, 0).reshape(1, 1, 2, 3);
    Tensor keys = x.slice(0, 0, 3).reshape(1, 3, 1);
    Tensor queries = keys.slice(1, 0, 2);
    Tensor y = Attention.multiHead(queries, keys, keys, bias, 1);
    return trace.graph(Map.of("y", trace.root().finite("attended", y)));
  }

  @Test
  void minusInfinityIsAllowedInATableThatIsOnlyAdded() throws IOException {
    float off = Float.NEGATIVE_INFINITY;
    SafetensorsFile one = new SafetensorsFile().floats("table", "[3,2]", off, 0, off, off, 0, off);
    for (Settings settings : new Settings[] {Settings.cpu(), plain()}) {
      assertArrayEquals(new float[] {3, 1}, run(masked(), settings, one, 1, 2, 3, 0, 0, 0), 1e-6f);
    }
    SafetensorsFile nan = new SafetensorsFile().floats("table", "[3,2]", off, 0, NAN, 0, 0, 0);
    assertThrows(PlanException.class, () -> run(masked(), Settings.cpu(), nan, 1, 2, 3, 0, 0, 0));
  }

  @Test
  void aTableThatMasksEverythingIsReported() {
    float off = Float.NEGATIVE_INFINITY;
    SafetensorsFile all = new SafetensorsFile().floats("table", "[3,2]", off, 0, off, 0, off, 0);
    NotFiniteException e =
        assertThrows(NotFiniteException.class, () -> run(masked(), plain(), all, 1, 2, 3, 0, 0, 0));
    assertTrue(e.getMessage().contains("'attended' contains 1 values"), e.getMessage());
  }

  private static Settings plain() {
    return Settings.cpu().dialect(Dialect.PORTABLE).unoptimised();
  }

  /** Computes the argmax of {@code exp(x * 30)}, after a value that must be finite. */
  private static Graph labels() {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 3);
    // CPUs store half precision but compute in float32.
    Tensor moved = x.times(30).exp().reshape(3, 1).permute(1, 0);
    Tensor scores = trace.root().at("head").finite("scores", moved);
    return trace.graph(Map.of("y", scores.argmax(1).cast(DType.FLOAT32).reshape(1)));
  }

  private static float label(Settings settings, float... x) throws IOException {
    try (Plan plan = Plan.compile(labels(), ParameterStore.none(), settings)) {
      Map<String, TensorData> out = plan.run(Map.of("x", TensorData.of(x, 3)));
      assertEquals(Set.of("y"), out.keySet());
      return out.get("y").floats()[0];
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNonFiniteValueThatOutputsHideIsReported(Dialect dialect) throws IOException {
    Settings settings = Settings.cpu().dialect(dialect);
    assertEquals(1, label(settings, -5, 2, 1));
    NotFiniteException e = assertThrows(NotFiniteException.class, () -> label(settings, 1, 20, 30));
    assertEquals(
        "the results are not finite: 'head.scores' contains 2 values that are NaN or infinite;"
            + " inputs and weights are finite, so a value exceeds the range of float32: training"
            + " may have diverged, or the weights are from a different model",
        e.getMessage());
    assertEquals(Set.of("y"), e.outputs().keySet());
    NotFiniteException input =
        assertThrows(NotFiniteException.class, () -> label(settings, 1, NAN, 0));
    assertTrue(input.getMessage().endsWith("so does the input 'x'"), input.getMessage());
  }

  @Test
  void aValueThatExceedsHalfPrecisionIsReportedWithARemedy() throws IOException {
    Settings half = Settings.on(new Device.Cpu(), Precision.FP16);
    assertEquals(2, label(half, -1, 0, 0.3f));
    NotFiniteException e = assertThrows(NotFiniteException.class, () -> label(half, 0, 0.5f, 1));
    assertTrue(e.getMessage().contains("'head.scores'"), e.getMessage());
    assertTrue(e.getMessage().endsWith("use --precision fp32"), e.getMessage());
  }

  @Test
  void theResultsOfAFileAreChecked() throws IOException {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Graph graph = trace.graph(Map.of("scores", x.exp()));
    Path file = folder.resolve("m.onnx");
    OnnxFile.write(
        file, graph, Dialect.ORT, Precision.FP32, ParameterStore.none(), Map.of(), false);
    try (Plan plan = Plan.open(file, Settings.cpu())) {
      plan.run(Map.of("x", TensorData.of(new float[] {1, 2}, 2)));
      NotFiniteException e =
          assertThrows(
              NotFiniteException.class,
              () -> plan.run(Map.of("x", TensorData.of(new float[] {1, 100}, 2))));
      assertTrue(e.getMessage().contains("'scores' contains 1 values"), e.getMessage());
    }
  }

  @Test
  void aValueThatNoOutputNeedsIsNotComputed() throws IOException {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 3);
    trace.root().finite("other", x.exp());
    Graph graph = trace.graph(Map.of("y", x.plus(1)));
    assertEquals(Map.of(), graph.oddities());
    var model =
        OnnxWriter.write(graph, Dialect.ORT, Precision.FP32, ParameterStore.none(), Map.of());
    assertEquals(2, model.getGraph().getNodeCount());
  }
}
