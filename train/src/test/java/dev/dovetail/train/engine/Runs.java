package dev.dovetail.train.engine;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Runs graphs without parameters. */
final class Runs {

  private Runs() {}

  static Map<String, TensorData> infer(
      Graph graph, Map<String, TensorData> inputs, FloatType type) {
    try (Executable executable = Executable.of(graph, type);
        Parameters none = Parameters.initial(graph, type, 0);
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      inputs.forEach((name, data) -> tensors.put(name, Tensors.of(data, type)));
      Map<String, TensorData> results = new LinkedHashMap<>();
      executable
          .run(none, tensors, Pass.inference())
          .forEach((name, t) -> results.put(name, Tensors.data(t)));
      return results;
    }
  }
}
