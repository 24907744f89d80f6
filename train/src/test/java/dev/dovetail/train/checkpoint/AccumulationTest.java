package dev.dovetail.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.Graph;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Tensors;
import dev.dovetail.train.loss.Losses;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Several accumulated batches make the same step as one large batch, if batch norms are equal. */
class AccumulationTest {

  private static final int BATCHES = 3;

  @Test
  void accumulatedGradientsEqualThatOfTheMeanLoss() throws IOException {
    Graph graph = TinyTraining.graph();
    try (Parameters p = Parameters.initial(graph, FloatType.FLOAT64, 2);
        Executable executable = Executable.of(graph, FloatType.FLOAT64)) {
      for (int i = 0; i < BATCHES; i++) {
        try (PointerScope scope = new PointerScope()) {
          TinyTraining.losses(executable, p, Masks.none(), i).backward(BATCHES);
        }
      }
      Map<String, double[]> accumulated = gradients(p);
      p.clearGradients();
      try (PointerScope scope = new PointerScope()) {
        Tensor sum = TinyTraining.losses(executable, p, Masks.none(), 0).total();
        for (int i = 1; i < BATCHES; i++) {
          sum = sum.add(TinyTraining.losses(executable, p, Masks.none(), i).total());
        }
        sum.div(new Scalar((double) BATCHES)).backward();
      }
      Map<String, double[]> mean = gradients(p);
      assertEquals(mean.keySet(), accumulated.keySet());
      assertTrue(mean.size() > 300, "only " + mean.size() + " gradients");
      double largest = 0;
      for (String name : mean.keySet()) {
        for (double value : mean.get(name)) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
      for (String name : mean.keySet()) {
        for (int i = 0; i < mean.get(name).length; i++) {
          assertEquals(mean.get(name)[i], accumulated.get(name)[i], 1e-12 * largest, name);
        }
      }
    }
  }

  private static Map<String, double[]> gradients(Parameters parameters) {
    Map<String, double[]> all = new LinkedHashMap<>();
    try (PointerScope scope = new PointerScope()) {
      for (String name : parameters.weights()) {
        parameters.gradient(name).ifPresent(g -> all.put(name, Tensors.data(g).doubles()));
      }
    }
    return all;
  }

  @Test
  void aStepNeedsAtLeastOneBatch() throws IOException {
    Graph graph = TinyTraining.graph();
    try (Parameters p = Parameters.initial(graph, FloatType.FLOAT32, 2);
        Executable executable = Executable.of(graph, FloatType.FLOAT32);
        PointerScope scope = new PointerScope()) {
      Losses losses = TinyTraining.losses(executable, p, Masks.none(), 0);
      assertThrows(IllegalArgumentException.class, () -> losses.backward(0));
    }
  }
}
