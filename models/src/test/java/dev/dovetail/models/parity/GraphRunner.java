package dev.dovetail.models.parity;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The engine that computes the graphs of the fixtures. A module whose engine is another one names
 * it as a service in its tests; the fixtures, the models and the tolerances stay the same.
 */
public interface GraphRunner {

  /**
   * The outputs of a graph by name, once for every way in which the engine computes them.
   *
   * @param graph traced for inference
   * @param weights for every parameter of the graph
   * @param inputs for every input of the graph
   * @throws IOException if a weight cannot be read
   */
  List<Map<String, TensorData>> run(
      Graph graph, Map<String, TensorSource> weights, Map<String, TensorData> inputs)
      throws IOException;

  /** The engine under test; ONNX Runtime unless a service names another. */
  static GraphRunner underTest() {
    return ServiceLoader.load(GraphRunner.class).findFirst().orElse(GraphRunner::onnxRuntime);
  }

  /** With fused operators and optimization, then with standard operators as they are written. */
  private static List<Map<String, TensorData>> onnxRuntime(
      Graph graph, Map<String, TensorSource> weights, Map<String, TensorData> inputs)
      throws IOException {
    WeightBinding binding = WeightBinding.of(weights, DerivedFiles.standard());
    List<Map<String, TensorData>> results = new ArrayList<>();
    for (Settings settings :
        List.of(Settings.cpu(), Settings.cpu().dialect(Dialect.PORTABLE).unoptimised())) {
      try (Plan plan = Plan.compile(graph, binding, settings)) {
        results.add(plan.run(inputs));
      }
    }
    return results;
  }
}
