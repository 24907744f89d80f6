package dev.dovetail.models.parity;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.runtime.WeightBinding;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Runs a whole model of another library with its own checkpoint, whose layout is recognized by its
 * keys.
 */
final class ZooRunner {

  /** The tolerance relative to the largest value of an output, from the fixtures' README. */
  private static final double TOLERANCE = 1e-4;

  private ZooRunner() {}

  /**
   * Compares all recorded outputs.
   *
   * @param model computes the outputs of a traced image with the directory's names
   * @return the number of outputs that agree
   */
  static int compare(Path folder, BiFunction<Scope, Tensor, Map<String, Tensor>> model)
      throws IOException {
    Map<String, TensorData> inputs = Fixture.tensors(folder.resolve("inputs.safetensors"));
    Map<String, TensorData> expected = Fixture.tensors(folder.resolve("outputs.safetensors"));
    Trace trace = new Trace();
    Tensor image =
        trace.input(
            "pixel_values", DType.FLOAT32, inputs.get("pixel_values").type().shape().dims());
    Graph graph = trace.graph(model.apply(trace.root(), image));
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model.safetensors"))) {
      Optional<KnownLayout.Fit> known =
          PartRegistry.load().recognise(checkpoint.tensors().keySet());
      Layout layout = known.isPresent() ? known.get().layout() : Layout.SAME;
      Map<String, TensorSource> weights =
          WeightBinding.match(graph, checkpoint, layout).requireComplete(false);
      for (Map<String, TensorData> actual : GraphRunner.underTest().run(graph, weights, inputs)) {
        expected.forEach(
            (name, want) ->
                Comparison.assertMatches(
                    name, want, actual.get(name), TOLERANCE * Comparison.largest(want)));
      }
    }
    return expected.size();
  }
}
