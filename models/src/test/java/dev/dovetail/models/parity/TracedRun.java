package dev.dovetail.models.parity;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Traces a part and runs it with a fixture's weights and inputs. */
final class TracedRun {

  /** The part under test, which maps traced inputs to outputs with the fixture's names. */
  interface Part {
    Map<String, Tensor> apply(Scope root, Map<String, Tensor> inputs);
  }

  private TracedRun() {}

  /**
   * Returns the outputs, once for every way in which the engine computes them.
   *
   * @param weights the weights, which are closed at the end; empty for parts without parameters
   */
  static List<Map<String, TensorData>> run(
      Optional<Checkpoint> weights, Map<String, TensorData> inputs, Part part) throws IOException {
    Trace trace = new Trace();
    Map<String, Tensor> traced = new LinkedHashMap<>();
    inputs.forEach(
        (name, data) ->
            traced.put(name, trace.input(name, data.type().dtype(), data.type().shape().dims())));
    return run(weights, inputs, trace.graph(part.apply(trace.root(), traced)));
  }

  /** Runs a graph whose parameters are exactly the weights, in any known layout. */
  static List<Map<String, TensorData>> run(
      Optional<Checkpoint> weights, Map<String, TensorData> inputs, Graph graph)
      throws IOException {
    try (Checkpoint checkpoint = weights.orElse(null)) {
      return GraphRunner.underTest()
          .run(graph, checkpoint == null ? Map.of() : matched(graph, checkpoint), inputs);
    }
  }

  /** A fixture case whose weights have names other than the part's. */
  static List<Map<String, TensorData>> run(Fixture fixture, int index, Layout layout, Part part)
      throws IOException {
    try (Checkpoint weights = fixture.weights()) {
      Path renamed = Files.createTempFile("renamed", ".safetensors");
      try {
        Safetensors.write(renamed, layout.apply(weights.tensors()).tensors().values(), Map.of());
        return run(Optional.of(Checkpoint.open(renamed)), fixture.inputs(index), part);
      } finally {
        Files.delete(renamed);
      }
    }
  }

  private static Map<String, TensorSource> matched(Graph graph, Checkpoint checkpoint)
      throws IOException {
    LoadReport same = WeightBinding.match(graph, checkpoint, Layout.SAME);
    if (same.complete()) {
      return same.matched();
    }
    for (Layout layout : PartRegistry.load().layoutsOf(checkpoint.tensors())) {
      LoadReport report = WeightBinding.match(graph, checkpoint, layout);
      if (report.complete()) {
        return report.matched();
      }
    }
    return same.requireComplete(false);
  }

  /** A fixture case with weights. */
  static List<Map<String, TensorData>> run(Fixture fixture, int index, Part part)
      throws IOException {
    return run(Optional.of(fixture.weights()), fixture.inputs(index), part);
  }
}
