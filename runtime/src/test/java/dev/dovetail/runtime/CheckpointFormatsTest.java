package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Tensors of the fixtures' checkpoints reach ONNX Runtime unchanged. */
class CheckpointFormatsTest {

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyTensorReachesTheGraph() {
    return FixtureFolders.in("fixtures/comer", "config.json")
        .ofType("checkpoint_loading")
        .flatEach(
            formats ->
                checkpoints(formats).stream()
                    .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f))));
  }

  private static List<Path> checkpoints(Path formats) {
    try (Stream<Path> files = Files.list(formats)) {
      return files.filter(f -> f.toString().matches(".*\\.(pth|safetensors)")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void check(Path file) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, StoredTensor> tensors = checkpoint.tensors();
      assertFalse(tensors.isEmpty());
      DerivedFiles derived = new DerivedFiles(folder.resolve("derived"), 1 << 20);
      Map<String, TensorSource> sources = new HashMap<>(tensors);
      try (Plan plan =
          Plan.compile(copies(tensors), WeightBinding.of(sources, derived), Settings.cpu())) {
        Map<String, TensorData> out = plan.run(Map.of());
        for (TensorSource tensor : tensors.values()) {
          TensorData value = out.get(tensor.name());
          if (!tensor.type().isFloat()) {
            assertArrayEquals(tensor.longs(), value.longs(), tensor.name());
          } else {
            assertArrayEquals(tensor.floats(), value.floats(), tensor.name());
          }
        }
      }
    }
  }

  /** Returns a graph whose outputs are its parameters. */
  private static Graph copies(Map<String, StoredTensor> tensors) {
    Trace trace = new Trace();
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (StoredTensor t : tensors.values()) {
      int[] dims = t.shape().stream().mapToInt(Math::toIntExact).toArray();
      Tensor p = trace.root().parameter(t.name(), type(t.type()), Role.BUFFER, Init.zeros(), dims);
      outputs.put(t.name(), p.apply(new Elementwise.Unary(Elementwise.Function.IDENTITY)));
    }
    return trace.graph(outputs);
  }

  private static DType type(DType type) {
    return switch (type) {
      case BOOL -> DType.BOOL;
      case UINT8 -> DType.UINT8;
      case INT32 -> DType.INT32;
      default -> !type.isFloat() ? DType.INT64 : DType.FLOAT32;
    };
  }
}
