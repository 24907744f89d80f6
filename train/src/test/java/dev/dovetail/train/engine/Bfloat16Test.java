package dev.dovetail.train.engine;

import static dev.dovetail.graph.nn.Linear.linear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Conv2d;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** With bfloat16, only linear layers and convolutions round their operands. */
class Bfloat16Test {

  /** A number slightly above 1, which bfloat16 rounds to 1. */
  private static final float ABOVE = 1 + 1f / 512;

  private static Graph graph(
      int[] dims, BiFunction<Scope, dev.dovetail.graph.Tensor, dev.dovetail.graph.Tensor> layers) {
    Trace trace = Trace.forTraining();
    dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, dims);
    return trace.graph(Map.of("y", layers.apply(trace.root(), x)));
  }

  private static float first(
      int[] dims,
      BiFunction<Scope, dev.dovetail.graph.Tensor, dev.dovetail.graph.Tensor> layers,
      float... values) {
    Graph graph = graph(dims, layers);
    try (Parameters parameters = Parameters.initial(graph, FloatType.FLOAT32, 0);
        Executable executable = Executable.withBfloat16(graph);
        PointerScope scope = new PointerScope()) {
      Tensor x = Tensors.of(TensorData.of(values, dims), FloatType.FLOAT32);
      Tensor y = executable.run(parameters, Map.of("x", x), Pass.inference()).get("y");
      assertEquals(ScalarType.Float, Tensors.type(y));
      y.sum().backward();
      for (String name : parameters.weights()) {
        Tensor gradient = parameters.gradient(name).orElseThrow();
        assertEquals(ScalarType.Float, Tensors.type(gradient));
      }
      return Tensors.data(y).floats()[0];
    }
  }

  private static dev.dovetail.graph.Tensor one(Scope s, dev.dovetail.graph.Tensor x) {
    return linear(s, x, 1, Init.ones(), Init.zeros());
  }

  @Test
  void linearLayersAndDenseConvolutionsRound() {
    assertEquals(1f, first(new int[] {1, 1}, Bfloat16Test::one, ABOVE));
    float convolved = first(new int[] {1, 1, 1, 1}, (s, x) -> Conv2d.of(1, 1).apply(s, x), ABOVE);
    assertEquals(0, Float.floatToIntBits(convolved) & 0xffff, "a value of bfloat16");
  }

  @Test
  void markedLayersAndElementwiseOperatorsDoNotRound() {
    assertEquals(ABOVE, first(new int[] {1, 1}, (s, x) -> s.float32(() -> one(s, x)), ABOVE));
    assertEquals(
        3 * ABOVE,
        first(new int[] {1}, (s, x) -> x.times(s.weight("w", Init.ones(), 1)).times(3), ABOVE));
    float depthwise =
        first(new int[] {1, 2, 1, 1}, (s, x) -> Conv2d.depthwise(2, 1).apply(s, x), ABOVE, 0.3f);
    assertNotEquals(
        0, Float.floatToIntBits(depthwise) & 0xffff, "a value that bfloat16 cannot represent");
  }

  @Test
  void gradientsMatchFloat64WithinTheRounding() {
    Graph graph =
        graph(
            new int[] {2, 8, 6, 6},
            (s, x) -> {
              dev.dovetail.graph.Tensor y = Conv2d.of(16, 3).apply(s.at("conv"), x).gelu();
              return linear(s.at("fc"), y.flatten(2, 3).permute(0, 2, 1), 4).gelu();
            });
    Map<String, double[]> exact = new LinkedHashMap<>();
    Map<String, double[]> rounded = new LinkedHashMap<>();
    gradients(graph, FloatType.FLOAT64, Executable.of(graph, FloatType.FLOAT64), exact);
    gradients(graph, FloatType.FLOAT32, Executable.withBfloat16(graph), rounded);
    exact.forEach(
        (name, expected) -> {
          double[] got = rounded.get(name);
          double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
          for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], got[i], 0.03 * largest, name);
          }
          assertTrue(!Arrays.equals(expected, got), name);
        });
  }

  private static void gradients(
      Graph graph, FloatType type, Executable made, Map<String, double[]> into) {
    double[] values = new Random(1).doubles(2 * 8 * 6 * 6, -1, 1).toArray();
    try (Executable executable = made;
        Parameters parameters = Parameters.initial(graph, type, 3);
        PointerScope scope = new PointerScope()) {
      Tensor x = Tensors.of(TensorData.of(values, 2, 8, 6, 6), type);
      Map<String, Tensor> out =
          executable.run(parameters, Map.of("x", x), Pass.training(Masks.none()));
      out.get("y").square().mean().backward();
      for (String name : parameters.weights()) {
        into.put(name, Tensors.data(parameters.gradient(name).orElseThrow()).doubles());
      }
    }
  }
}
