package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** In ONNX Runtime, fused operators compute the same values as the nodes that they replace. */
class FusedOperatorsTest extends CompiledKernels {

  @Test
  void windowsIncludeTheBiasOfThePrecedingProduct() throws IOException {
    check(FusedCases.qkvInWindows(2, 5, 6, 4, 2, 8), Precision.FP16);
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> everyCase() {
    return FusedCases.small().stream()
        .flatMap(
            c ->
                Stream.of(Precision.FP32, Precision.FP16)
                    .map(p -> DynamicTest.dynamicTest(c.name() + ", " + p, () -> check(c, p))));
  }

  private void check(FusedCases.Case c, Precision precision) throws IOException {
    Graph graph = c.graph();
    ParameterStore weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Settings settings = Settings.on(new Device.Cpu(), precision).threads(1);
    Map<String, TensorData> inputs = FusedCases.inputs(graph);
    int live = CustomOps.live();
    CudaOptions options = CudaOptions.on(device);
    try (Sessions.Compiled plain = Sessions.compile(graph, weights, settings, options.plain());
        Sessions.Compiled fused = Sessions.compile(graph, weights, settings, options)) {
      assertEquals(0, plain.fusedNodes());
      assertEquals(c.fusedNodes(), fused.fusedNodes());
      assertEquals(live + c.fusedNodes(), CustomOps.live());
      Map<String, TensorData> expected = plain.session().run(inputs);
      Map<String, TensorData> actual = fused.session().run(inputs);
      double eps = precision == Precision.FP16 ? 0x1p-8 : 0x1p-18;
      expected.forEach(
          (name, e) -> {
            double error = FusedCases.error(e, actual.get(name));
            assertTrue(error < eps, () -> c.name() + " " + name + ": " + error);
          });
    }
    assertEquals(live, CustomOps.live());
  }
}
