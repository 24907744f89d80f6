package dev.dovetail.models.parity;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.Dialect;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The engine that runs the graphs of the fixtures. A module with another engine registers it as a
 * service in its tests; fixtures, models and tolerances are the same.
 */
public interface GraphRunner {

  /**
   * Returns the outputs of a graph by name, once for every way in which the engine computes them.
   *
   * @param graph a graph traced for inference
   * @param weights values of every parameter of the graph
   * @param inputs values of every input of the graph
   * @throws IOException if a weight cannot be read
   */
  List<Map<String, TensorData>> run(
      Graph graph, Map<String, TensorSource> weights, Map<String, TensorData> inputs)
      throws IOException;

  /** Returns the engine under test, by default ONNX Runtime on the CPU. */
  static GraphRunner underTest() {
    return ServiceLoader.load(GraphRunner.class).findFirst().orElse(GraphRunner::onnxRuntime);
  }

  /**
   * Runs with the operators of the CPU and of the CUDA provider, optimized, then with unmodified
   * standard operators. The system property {@code dovetail.device} selects a GPU, and the class
   * path its engine.
   */
  private static List<Map<String, TensorData>> onnxRuntime(
      Graph graph, Map<String, TensorSource> weights, Map<String, TensorData> inputs)
      throws IOException {
    WeightBinding binding = WeightBinding.of(weights, DerivedFiles.standard());
    List<Map<String, TensorData>> results = new ArrayList<>();
    Device device = Device.parse(System.getProperty("dovetail.device", "cpu"));
    Settings fused = Settings.on(device, Precision.FP32);
    Settings cuda = fused.dialect(Dialect.ORT_CUDA);
    Settings plain = fused.dialect(Dialect.PORTABLE).unoptimised();
    for (Settings settings : new LinkedHashSet<>(List.of(fused, cuda, plain))) {
      try (Plan plan = Plan.compile(graph, binding, settings)) {
        results.add(plan.run(inputs));
      }
    }
    return results;
  }
}
