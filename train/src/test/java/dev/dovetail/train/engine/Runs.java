package dev.dovetail.train.engine;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Runs graphs without parameters, data in and data out. */
final class Runs {

  private Runs() {}

  static Map<String, TensorData> infer(
      Graph graph, Map<String, TensorData> inputs, FloatType type) {
    try (Executable executable = Executable.of(graph, type);
        Parameters none = Parameters.initial(graph, type, 0);
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> given = new LinkedHashMap<>();
      inputs.forEach((name, data) -> given.put(name, Tensors.of(data, type)));
      Map<String, TensorData> results = new LinkedHashMap<>();
      executable
          .run(none, given, Pass.inference())
          .forEach((name, t) -> results.put(name, Tensors.data(t)));
      return results;
    }
  }
}
