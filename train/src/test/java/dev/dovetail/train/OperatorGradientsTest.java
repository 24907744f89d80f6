package dev.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.train.engine.Executable;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Masks;
import dev.dovetail.train.engine.Parameters;
import dev.dovetail.train.engine.Pass;
import dev.dovetail.train.engine.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Values and gradients of operators, layers and losses match PyTorch. */
class OperatorGradientsTest {

  @TestFactory
  Stream<DynamicTest> everyOperatorHasTheReferencesGradients() {
    return FixtureFolders.in("training", "config.json")
        .where("op_grad_* fixture", f -> f.getFileName().toString().startsWith("op_grad_"))
        .flatEach(
            folder ->
                Stream.of(FloatType.values())
                    .map(
                        type ->
                            DynamicTest.dynamicTest(
                                folder.getFileName() + ", " + type, () -> compare(folder, type))));
  }

  private static void compare(Path folder, FloatType type) throws IOException {
    TrainingFixture fixture = TrainingFixture.read(folder);
    String name = fixture.config().get("op").asText();
    JsonNode cases = fixture.config().get("cases");
    Map<String, TensorData> inputs = fixture.inputs();
    Map<String, TensorData> outputs = fixture.outputs();
    for (int i = 0; i < cases.size(); i++) {
      Map<String, TensorData> in = TrainingFixture.ofCase(inputs, i);
      Map<String, TensorData> got = run(name, cases.get(i), i, in, type);
      Map<String, TensorData> expected = TrainingFixture.ofCase(outputs, i);
      assertTrue(!expected.isEmpty());
      for (Map.Entry<String, TensorData> e : expected.entrySet()) {
        TensorData mine = got.get(e.getKey());
        assertNotNull(mine, e.getKey() + " was not computed");
        fixture.assertMatches("case" + i + "." + e.getKey(), e.getValue(), mine, type);
      }
    }
  }

  /** Returns the output, the gradient for each input, and the buffers after the run. */
  private static Map<String, TensorData> run(
      String op, JsonNode arguments, int index, Map<String, TensorData> in, FloatType type) {
    OperatorGraphs.Traced traced = OperatorGraphs.of(op, arguments, index, in);
    Graph graph = traced.graph();
    try (Executable executable = Executable.of(graph, type);
        Parameters parameters = Parameters.initial(graph, type, 0);
        PointerScope scope = new PointerScope()) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      in.forEach((name, data) -> leaves.put(name, leaf(name, data, type)));
      for (String name : parameters.names()) { // a layer has its own parameters
        parameters.set(name, in.get(name));
        leaves.put(name, parameters.value(name));
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>(leaves);
      tensors.keySet().retainAll(graph.inputs().keySet());
      Tensor output =
          traced.loss() != null
              ? traced.loss().apply(leaves)
              : executable.run(parameters, tensors, Pass.training(Masks.random(0))).get("output");
      Tensor weights = leaves.get("grad_output");
      (weights == null ? output : output.mul(weights.detach()).sum()).backward();
      Map<String, TensorData> got = new LinkedHashMap<>();
      got.put("output", Tensors.data(output));
      leaves.forEach(
          (name, leaf) -> {
            if (leaf.grad().defined()) {
              got.put("grad." + name, Tensors.data(leaf.grad()));
            }
            got.put(name.replace("const_", ""), Tensors.data(leaf));
          });
      return got;
    }
  }

  private static Tensor leaf(String name, TensorData data, FloatType type) {
    Tensor leaf = Tensors.of(data, type);
    boolean learned = data.type().dtype().isFloat() && !name.startsWith("const_");
    return learned ? leaf.set_requires_grad(true) : leaf;
  }
}
