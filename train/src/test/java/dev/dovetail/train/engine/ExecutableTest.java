package dev.dovetail.train.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Norms;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Graphs run, release their tensors, and report invalid inputs. */
class ExecutableTest {

  private static Map<String, Tensor> run(
      Graph graph, Parameters parameters, Pass pass, TensorData x) {
    try (Executable executable = Executable.of(graph, parameters.type())) {
      return executable.run(parameters, Map.of("x", Tensors.of(x, parameters.type())), pass);
    }
  }

  private static Graph scaled(int n) {
    Trace trace = Trace.forTraining();
    Scope root = trace.root();
    dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, n);
    dev.dovetail.graph.Tensor w = root.at("layer").weight("weight", Init.ones(), n);
    return trace.graph(Map.of("y", root.in("layer", s -> x.times(w).times(3))));
  }

  @Test
  void gradientsReachTheWeightsAndAccumulateUntilTheyAreCleared() {
    Graph graph = scaled(2);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        PointerScope scope = new PointerScope()) {
      TensorData x = TensorData.of(new float[] {1, 2}, 2);
      for (int times = 1; times <= 2; times++) {
        run(graph, parameters, Pass.inference(), x).get("y").sum().backward();
        Tensor gradient = parameters.gradient("layer.weight").orElseThrow();
        assertArrayEquals(new float[] {3f * times, 6f * times}, Tensors.data(gradient).floats());
      }
      parameters.clearGradients();
      assertTrue(parameters.gradient("layer.weight").isEmpty());
    }
  }

  @Test
  void missingInputsAndWrongShapesAreNamed() {
    Graph graph = scaled(2);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        Executable executable = Executable.of(graph, FloatType.FLOAT32);
        PointerScope scope = new PointerScope()) {
      String missing =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> executable.run(parameters, Map.of(), Pass.inference()))
              .getMessage();
      assertEquals("the input 'x' is missing", missing);
      Tensor three = Tensors.of(TensorData.of(new float[3], 3), FloatType.FLOAT32);
      String shape =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> executable.run(parameters, Map.of("x", three), Pass.inference()))
              .getMessage();
      assertTrue(shape.contains("'x' is Float[3], expected float32[2]"), shape);
      assertThrows(IllegalArgumentException.class, () -> parameters.value("nothing"));
      assertThrows(
          IllegalArgumentException.class,
          () -> parameters.set("layer.weight", TensorData.of(new float[3], 3)));
    }
  }

  @Test
  void anInputMayDependOnValuesOfTheGraph() {
    Trace trace = Trace.forTraining();
    Scope root = trace.root();
    dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, 2);
    dev.dovetail.graph.Tensor first = x.times(root.weight("weight", Init.ones(), 2));
    dev.dovetail.graph.Tensor late = trace.input("late", DType.FLOAT32, -1);
    dev.dovetail.graph.Tensor second = first.sum(0, false).times(late);
    trace.input("unused", DType.FLOAT32, 1);
    Graph graph = trace.graph(Map.of("first", first, "second", second));
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        Executable executable = Executable.of(graph, FloatType.FLOAT32);
        PointerScope scope = new PointerScope()) {
      Tensor two = Tensors.of(TensorData.of(new float[] {1, 2}, 2), FloatType.FLOAT32);
      Map<String, Tensor> inputs = Map.of("x", two);
      Map<String, Tensor> out =
          executable.run(
              parameters,
              inputs,
              Pass.training(Masks.none()),
              known -> {
                assertEquals(Set.of("first"), known.keySet());
                return Map.of("late", known.get("first").detach());
              });
      assertArrayEquals(new float[] {3, 6}, Tensors.data(out.get("second")).floats());
      out.get("second").sum().backward();
      Tensor gradient = parameters.gradient("weight").orElseThrow();
      assertArrayEquals(new float[] {3, 6}, Tensors.data(gradient).floats());
      String missing =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> executable.run(parameters, inputs, Pass.inference()))
              .getMessage();
      assertEquals("the input 'late' is missing", missing);
    }
  }

  @Test
  void aFailingOperatorIsNamedWithItsScope() {
    Trace trace = new Trace();
    dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, -1, 2);
    dev.dovetail.graph.Tensor y =
        trace.root().in("head", s -> x.plus(s.constant(TensorData.of(new float[6], 3, 2))));
    Graph graph = trace.graph(Map.of("y", y));
    try (Parameters none = Parameters.initial(graph, FloatType.FLOAT32, 0);
        PointerScope scope = new PointerScope()) {
      TensorData two = TensorData.of(new float[4], 2, 2);
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> run(graph, none, Pass.inference(), two))
              .getMessage();
      assertTrue(message.startsWith("in scope 'head': Add: "), message);
      assertEquals(1, message.lines().count());
    }
  }

  private static Graph normalised(int batch) {
    Trace trace = Trace.forTraining();
    dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, batch, 1, 1, 1);
    return trace.graph(Map.of("y", Norms.batchNorm(trace.root().at("bn"), x)));
  }

  @Test
  void onlyTrainingUpdatesRunningStatisticsAndCountsSteps() {
    Graph graph = normalised(2);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        PointerScope scope = new PointerScope()) {
      TensorData x = TensorData.of(new float[] {1, 3}, 2, 1, 1, 1);
      run(graph, parameters, Pass.inference(), x);
      assertEquals(Map.of("bn.num_batches_tracked", 0L), parameters.steps());
      assertEquals(0, Tensors.value(parameters.value("bn.running_mean")));
      run(graph, parameters, Pass.training(Masks.none()), x);
      assertEquals(Map.of("bn.num_batches_tracked", 1L), parameters.steps());
      assertEquals(0.2, Tensors.value(parameters.value("bn.running_mean")), 1e-7);
      assertEquals(0.9 + 0.1 * 2, Tensors.value(parameters.value("bn.running_var")), 1e-6);
    }
  }

  @Test
  void aBatchNormOfASingleValueIsRejectedInTraining() {
    Graph graph = normalised(1);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        PointerScope scope = new PointerScope()) {
      TensorData x = TensorData.of(new float[] {1}, 1, 1, 1, 1);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> run(graph, parameters, Pass.training(Masks.none()), x))
              .getMessage();
      assertTrue(message.contains("'bn' has a single value per channel"), message);
    }
  }

  @Test
  void dropoutKeepsTheMeanDropsWholeUnitsAndIsDeterministic() {
    int n = 64;
    for (Elementwise.Unit unit : Elementwise.Unit.values()) {
      Trace trace = Trace.forTraining();
      dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, n, n, 4);
      Graph graph = trace.graph(Map.of("y", x.apply(new Elementwise.Dropout(0.25, unit))));
      float[] ones = new float[n * n * 4];
      java.util.Arrays.fill(ones, 1);
      TensorData data = TensorData.of(ones, n, n, 4);
      try (Parameters none = Parameters.initial(graph, FloatType.FLOAT32, 0);
          PointerScope scope = new PointerScope()) {
        float[] a = dropped(graph, none, data, 5);
        assertArrayEquals(a, dropped(graph, none, data, 5));
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
          sum += a[i];
          assertTrue(a[i] == 0 || Math.abs(a[i] - 1 / 0.75f) < 1e-6);
          int first =
              switch (unit) {
                case ELEMENT -> i;
                case CHANNEL -> i - i % 4;
                case SAMPLE -> i - i % (4 * n);
              };
          assertEquals(a[first], a[i]);
        }
        assertEquals(1, sum / a.length, 0.3);
        Map<String, Tensor> inference = run(graph, none, Pass.inference(), data);
        assertArrayEquals(ones, Tensors.data(inference.get("y")).floats());
      }
    }
  }

  private static float[] dropped(Graph graph, Parameters none, TensorData x, long seed) {
    return Tensors.data(run(graph, none, Pass.training(Masks.random(seed)), x).get("y")).floats();
  }

  @Test
  void stepsReleaseAllTheirTensors() {
    int n = 1 << 20;
    Graph graph = scaled(n);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        Executable executable = Executable.of(graph, FloatType.FLOAT32);
        Tensor x = Tensors.of(TensorData.of(new float[n], n), FloatType.FLOAT32)) {
      for (int i = 0; i < 50; i++) {
        step(executable, parameters, x);
      }
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 200; i++) {
        step(executable, parameters, x);
      }
      long grown = Pointer.physicalBytes() - before;
      assertTrue(grown < 100L << 20, "200 steps of some 16 MB left " + (grown >> 20) + " MB");
    }
  }

  private static void step(Executable executable, Parameters parameters, Tensor x) {
    try (PointerScope scope = new PointerScope()) {
      parameters.clearGradients();
      executable.run(parameters, Map.of("x", x), Pass.inference()).get("y").sum().backward();
    }
  }

  @Test
  void initialValuesAreTheSameForASeed() {
    Trace trace = Trace.forTraining();
    dev.dovetail.graph.Tensor w = trace.root().weight("w", new Init.Normal(1), 4);
    Graph graph = trace.graph(new LinkedHashMap<>(Map.of("y", w)));
    try (Parameters a = Parameters.initial(graph, FloatType.FLOAT32, 7);
        Parameters b = Parameters.initial(graph, FloatType.FLOAT64, 7);
        Parameters c = Parameters.initial(graph, FloatType.FLOAT32, 8)) {
      assertArrayEquals(a.copy().get("w").floats(), b.copy().get("w").floats());
      assertTrue(a.copy().get("w").floats()[0] != c.copy().get("w").floats()[0]);
    }
  }
}
