package dev.dovetail.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.runtime.DerivedFiles;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import dev.dovetail.runtime.WeightBinding;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole models compute the same values with fused operators as without them. */
@Tag("slow")
class ModelFusionsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"vit-tiny", "comer-tiny", "swin-tiny", "swin-v2-tiny"})
  void theSame(String name) throws Exception {
    Assumptions.assumeTrue(HostDevice.works(), "g++ or Java's headers are missing");
    HostDevice device = new HostDevice(folder);
    Graph graph = BenchModels.graph(name, Path.of("../configs"));
    ParameterStore weights = WeightBinding.of(Map.of(), new DerivedFiles(folder, Long.MAX_VALUE));
    Settings settings = Settings.on(new Device.Cpu(), Precision.FP32);
    Map<String, TensorData> inputs = BenchModels.inputs(graph);
    CudaOptions options = CudaOptions.on(device);
    try (Sessions.Compiled plain = Sessions.compile(graph, weights, settings, options.plain());
        Sessions.Compiled fused = Sessions.compile(graph, weights, settings, options)) {
      Map<String, TensorData> expected = plain.session().run(inputs);
      Map<String, TensorData> actual = fused.session().run(inputs);
      expected.forEach(
          (key, value) -> {
            double error = FusedCases.error(value, actual.get(key));
            assertTrue(error < 1e-4, () -> key + ": " + error);
          });
    }
  }
}
