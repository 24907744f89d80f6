package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.graph.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightBindingTest {

  @TempDir Path folder;

  /** {@code x[index] * scale}. */
  private static Graph graph() {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 3);
    Tensor index = s.parameter("index", DType.INT64, Role.BUFFER, Init.zeros(), 3);
    Tensor y = x.gather(0, index).times(s.weight("scale", Init.ones(), 3));
    return trace.graph(Map.of("y", y));
  }

  private DerivedFiles derived() {
    return new DerivedFiles(folder.resolve("derived"), 1 << 20);
  }

  private List<Path> derivedFiles() throws IOException {
    if (!Files.exists(derived().folder())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(derived().folder())) {
      return files.toList();
    }
  }

  private float[] run(Path file) throws IOException {
    Graph graph = graph();
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Plan plan =
            Plan.compile(
                graph,
                WeightBinding.of(
                    WeightBinding.match(graph, checkpoint, Layout.SAME).requireComplete(false),
                    derived()),
                Settings.cpu())) {
      return plan.run(Map.of("x", TensorData.of(new float[] {1, 2, 3}, 3))).get("y").floats();
    }
  }

  @Test
  void plainTensorsAreReadFromTheCheckpointItself() throws IOException {
    Path file =
        new SafetensorsFile()
            .floats("scale", "[3]", 10, 20, 30)
            .longs("index", "[3]", 2, 1, 0)
            .write(folder.resolve("model.safetensors"));
    assertArrayEquals(new float[] {30, 40, 30}, run(file));
    assertEquals(List.of(), derivedFiles());
  }

  @Test
  void otherTypesAreConvertedOnceIntoDerivedFiles() throws IOException {
    Path file =
        new SafetensorsFile()
            .halves("scale", "[3]", 0x3c00, 0x4000, 0x3800)
            .ints("index", "[3]", 2, 1, 0)
            .write(folder.resolve("model.safetensors"));
    assertArrayEquals(new float[] {3, 4, 0.5f}, run(file));
    List<Path> written = derivedFiles();
    assertEquals(2, written.size());
    assertArrayEquals(new float[] {3, 4, 0.5f}, run(file));
    assertEquals(written, derivedFiles());
    assertFalse(written.toString().contains(".tmp"));
  }
}
