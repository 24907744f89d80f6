package dev.dovetail.cuda;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The inputs and outputs of a session.
 *
 * @param inputs the types of the inputs, by name and in order
 * @param outputs the types of the outputs, by name and in order
 * @param constants the values of the outputs that are integer constants, such as a fixed number of
 *     detections
 */
record Signature(
    Map<String, TensorType> inputs,
    Map<String, TensorType> outputs,
    Map<String, TensorData> constants) {

  static Signature of(Graph graph) {
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    Map<String, TensorType> outputs = new LinkedHashMap<>();
    Map<String, TensorData> constants = new LinkedHashMap<>();
    graph.inputs().forEach((name, t) -> inputs.put(name, t.type()));
    graph
        .outputs()
        .forEach(
            (name, t) -> {
              outputs.put(name, t.type());
              if (t.node().op() instanceof Source.Constant c && !t.dtype().isFloat()) {
                constants.put(name, c.data());
              }
            });
    return new Signature(inputs, outputs, constants);
  }
}
