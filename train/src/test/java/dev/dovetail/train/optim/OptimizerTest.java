package dev.dovetail.train.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Optimizers implement the formulas of their papers, which are computed here in plain Java. */
class OptimizerTest {

  /** The sum of {@code x · w} has the gradient x for w; {@code unused} has no gradient. */
  private static Graph graph() {
    Trace trace = Trace.forTraining();
    Scope root = trace.root();
    dev.dovetail.graph.Tensor x = trace.input("x", DType.FLOAT32, 2);
    root.weight("unused", Init.ones(), 2);
    return trace.graph(Map.of("y", x.times(root.weight("w", Init.ones(), 2)).sum(0, false)));
  }

  private static void backward(Graph graph, Parameters parameters, float... x) {
    try (PointerScope scope = new PointerScope();
        Executable executable = Executable.of(graph, FloatType.FLOAT64)) {
      parameters.clearGradients();
      executable
          .run(
              parameters,
              Map.of("x", Tensors.of(TensorData.of(x, 2), FloatType.FLOAT64)),
              Pass.inference())
          .get("y")
          .backward();
    }
  }

  private static double[] weights(Parameters parameters) {
    return Tensors.data(parameters.value("w")).doubles();
  }

  @Test
  void sgdWithMomentumAndDecay() {
    Graph graph = graph();
    for (boolean nesterov : new boolean[] {false, true}) {
      try (Parameters p = Parameters.initial(graph, FloatType.FLOAT64, 0);
          Sgd sgd = new Sgd(ParameterGroups.one(0.1).of(p), 0.9, nesterov)) {
        double w = 1;
        double velocity = 0;
        for (int t = 0; t < 3; t++) {
          float x = t + 1;
          backward(graph, p, x, x);
          sgd.step(p, 0.01);
          double g = x + 0.1 * w;
          velocity = t == 0 ? g : 0.9 * velocity + g;
          w -= 0.01 * (nesterov ? g + 0.9 * velocity : velocity);
          assertArrayEquals(new double[] {w, w}, weights(p), 1e-14);
        }
        assertArrayEquals(new double[] {1, 1}, Tensors.data(p.value("unused")).doubles());
      }
    }
  }

  @Test
  void adamWDoesNotChangeAParameterWithoutAGradient() {
    Graph graph = graph();
    try (Parameters p = Parameters.initial(graph, FloatType.FLOAT64, 0);
        AdamW adam = new AdamW(ParameterGroups.one(0.1).of(p), AdamW.Moments.defaults())) {
      backward(graph, p, 2, -4);
      adam.step(p, 0.01);
      double decayed = 1 - 0.01 * 0.1;
      assertArrayEquals(
          new double[] {decayed - 0.01 * 2 / (2 + 1e-8), decayed + 0.01 * 4 / (4 + 1e-8)},
          weights(p),
          1e-14);
      assertArrayEquals(new double[] {1, 1}, Tensors.data(p.value("unused")).doubles());
      assertEquals(0, adam.steps("unused"));
      assertEquals(1, adam.steps("w"));
      assertEquals(Set.of("w.exp_avg", "w.exp_avg_sq", "w.step"), adam.state().keySet());
    }
  }

  @Test
  void gradientsAreClippedToTheLimitOnlyIfTheyExceedIt() {
    Graph graph = graph();
    try (Parameters p = Parameters.initial(graph, FloatType.FLOAT64, 0)) {
      backward(graph, p, 3, 4);
      assertEquals(5, GradientNorm.clip(p, 10), 1e-14);
      assertEquals(5, GradientNorm.of(p), 1e-6);
      assertEquals(5, GradientNorm.clip(p, 1), 1e-14);
      assertEquals(1, GradientNorm.of(p), 1e-6);
    }
  }

  @Test
  void nonFiniteGradientsAreNamedAndUnchanged() {
    Graph graph = graph();
    try (Parameters p = Parameters.initial(graph, FloatType.FLOAT64, 0)) {
      backward(graph, p, 3, 4);
      assertEquals(List.of(), NonFinite.gradients(p));
      backward(graph, p, 3, Float.NEGATIVE_INFINITY);
      assertEquals(Double.POSITIVE_INFINITY, GradientNorm.clip(p, 1));
      assertEquals(List.of(new NonFinite("w", 0, 1, 2)), NonFinite.gradients(p));
      assertEquals("'w' has 1 infinite of 2 values", NonFinite.gradients(p).get(0).toString());
      backward(graph, p, 3, Float.NaN);
      assertEquals(Double.NaN, GradientNorm.clip(p, 1));
      assertEquals(List.of(new NonFinite("w", 1, 0, 2)), NonFinite.gradients(p));
    }
  }

  @Test
  void nonFiniteLossTermsAreNamed() {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> terms = new LinkedHashMap<>();
      for (float value : new float[] {Float.NaN, 1, Float.POSITIVE_INFINITY}) {
        terms.put("loss_" + value, Tensors.of(TensorData.scalar(value), FloatType.FLOAT32));
      }
      assertEquals(
          List.of("'loss_NaN' is NaN", "'loss_Infinity' is infinite"),
          NonFinite.in(terms).stream().map(NonFinite::toString).toList());
    }
  }

  @Test
  void theAverageFollowsTheParametersAndCanReplaceThem() {
    Graph graph = graph();
    try (Parameters p = Parameters.initial(graph, FloatType.FLOAT64, 0);
        MovingAverage average = new MovingAverage(p, List.of("w"))) {
      p.set("w", TensorData.of(new float[] {2, 3}, 2));
      average.update(p, 0.75);
      try (MovingAverage.Exchange averaged = average.exchange(p)) {
        assertArrayEquals(new double[] {1.25, 1.5}, weights(p), 1e-15);
      }
      assertArrayEquals(new double[] {2, 3}, weights(p), 1e-15);
      assertArrayEquals(
          new double[] {1.25, 1.5}, Tensors.data(average.value("w")).doubles(), 1e-15);
      assertThrows(IllegalArgumentException.class, () -> average.value("unused"));
    }
  }

  @Test
  void decaysOfTheAverageMatchMmcvAndTimm() {
    AverageDecay mmcv = AverageDecay.mmcv(0.02);
    assertEquals(1 - 1 / 100.0, mmcv.at(0), 1e-15);
    assertEquals(1 - 2 / 101.0, mmcv.at(1), 1e-15);
    assertEquals(0.98, mmcv.at(2), 1e-15);
    assertEquals(0.98, mmcv.at(100_000), 1e-15);
    assertEquals(0.9998, AverageDecay.constant(0.9998).at(3));
    assertThrows(IllegalArgumentException.class, () -> AverageDecay.constant(1.5));
    assertThrows(IllegalArgumentException.class, () -> AverageDecay.mmcv(Double.NaN));
  }

  @Test
  void groupsCanExcludeNamesFromDecay() {
    try (Parameters p = Parameters.initial(graph(), FloatType.FLOAT64, 0)) {
      Map<String, Double> decay =
          ParameterGroups.exempt(0.1, List.of("use")).of(p).stream()
              .flatMap(g -> g.parameters().stream().map(n -> Map.entry(n, g.weightDecay())))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      assertEquals(Map.of("w", 0.1, "unused", 0.0), decay);
    }
  }

  @Test
  void layerDecayOutOfRangeIsRejected() {
    assertThrows(IllegalArgumentException.class, () -> new LayerDecay("", 12, 0, 0.1));
    assertThrows(IllegalArgumentException.class, () -> new LayerDecay("", 12, 1.5, 0.1));
  }
}
