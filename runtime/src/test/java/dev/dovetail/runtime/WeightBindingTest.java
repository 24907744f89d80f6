package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Role;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightBindingTest {

  private static final Settings HALF = Settings.on(new Device.Cpu(), Precision.FP16);

  @TempDir Path folder;

  /** Computes {@code x[index] * scale}. */
  private static Graph graph() {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, 3);
    Tensor index = s.parameter("index", DType.INT64, Role.BUFFER, Init.zeros(), 3);
    Tensor y = x.gather(0, index).times(s.weight("scale", new Init.Normal(1), 3));
    return trace.graph(Map.of("y", y));
  }

  private SafetensorsFile single() {
    return new SafetensorsFile().floats("scale", "[3]", 10, 20, 30).longs("index", "[3]", 2, 1, 0);
  }

  private SafetensorsFile half() {
    return new SafetensorsFile()
        .halves("scale", "[3]", 0x3c00, 0x4000, 0x3800)
        .ints("index", "[3]", 2, 1, 0);
  }

  private Path model() {
    return folder.resolve("model.safetensors");
  }

  private DerivedFiles derived() {
    return new DerivedFiles(folder.resolve("derived"), 1 << 20);
  }

  private List<Path> derivedFiles() throws IOException {
    if (!Files.exists(derived().folder())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(derived().folder())) {
      return files.sorted().toList();
    }
  }

  private float[] run(Path file) throws IOException {
    return run(file, Layout.SAME, false, Settings.cpu());
  }

  private float[] run(Path file, Layout layout, boolean allowMissing, Settings settings)
      throws IOException {
    Graph graph = graph();
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      var tensors = WeightBinding.match(graph, checkpoint, layout).requireComplete(allowMissing);
      try (Plan plan = Plan.compile(graph, WeightBinding.of(tensors, derived()), settings)) {
        return plan.run(Map.of("x", TensorData.of(new float[] {1, 2, 3}, 3))).get("y").floats();
      }
    }
  }

  @Test
  void plainTensorsAreReadFromTheCheckpoint() throws IOException {
    assertArrayEquals(new float[] {30, 40, 30}, run(single().write(model())));
    assertEquals(List.of(), derivedFiles());
  }

  @Test
  void aCheckpointIsFoundThroughLinksAndRelativePaths() throws IOException {
    single().write(model());
    Files.createDirectory(folder.resolve("sub"));
    Path link = Files.createSymbolicLink(folder.resolve("sub/link.safetensors"), model());
    assertArrayEquals(
        new float[] {30, 40, 30}, run(folder.resolve("sub/../sub").resolve(link.getFileName())));
  }

  @Test
  void otherTypesAreConvertedOnceIntoDerivedFiles() throws IOException {
    Path file = half().write(model());
    assertArrayEquals(new float[] {3, 4, 0.5f}, run(file));
    List<Path> written = derivedFiles();
    assertEquals(2, written.size());
    FileTime epoch = FileTime.from(Instant.EPOCH);
    for (Path f : written) {
      Files.setLastModifiedTime(f, epoch);
    }
    assertArrayEquals(new float[] {3, 4, 0.5f}, run(file));
    assertEquals(written, derivedFiles());
    for (Path f : written) {
      assertNotEquals(epoch, Files.getLastModifiedTime(f), "reuse counts as use");
    }
  }

  @Test
  void aChangedCheckpointIsConvertedAgain() throws IOException {
    run(half().write(model()));
    new SafetensorsFile()
        .halves("scale", "[3]", 0, 0, 0x3c00)
        .ints("index", "[3]", 2, 1, 0)
        .write(model());
    Files.setLastModifiedTime(model(), FileTime.from(Instant.now().plusSeconds(5)));
    assertArrayEquals(new float[] {0, 0, 1}, run(model()));
  }

  @Test
  void aHalfPrecisionGraphReadsHalfPrecisionTensorsInPlace() throws IOException {
    Path file =
        new SafetensorsFile()
            .halves("scale", "[3]", 0x3c00, 0x4000, 0x3800)
            .longs("index", "[3]", 2, 1, 0)
            .write(model());
    assertArrayEquals(new float[] {3, 4, 0.5f}, run(file, Layout.SAME, false, HALF));
    assertEquals(List.of(), derivedFiles());
  }

  @Test
  void aHalfPrecisionGraphConvertsSinglePrecisionTensorsOnce() throws IOException {
    Path file = single().write(model());
    assertArrayEquals(new float[] {30, 40, 30}, run(file, Layout.SAME, false, HALF));
    assertEquals(1, derivedFiles().size());
    assertEquals(6, Files.size(derivedFiles().get(0)));
  }

  @Test
  void concatenatedTensorsAreDerivedOnce() throws IOException {
    Path file =
        new SafetensorsFile()
            .floats("scale_q", "[1]", 10)
            .floats("scale_kv", "[2]", 20, 30)
            .longs("index", "[3]", 2, 1, 0)
            .write(model());
    Rule join = new Rule.Concatenate(Pattern.compile("scale_q"), List.of("scale_kv"), "scale", 0);
    Layout layout = new Layout("parts", List.of(join));
    assertArrayEquals(new float[] {30, 40, 30}, run(file, layout, false, Settings.cpu()));
    assertArrayEquals(new float[] {30, 40, 30}, run(file, layout, false, Settings.cpu()));
    assertEquals(1, derivedFiles().size());
  }

  @Test
  void missingParametersAreInitializedIdenticallyInEachRun() throws IOException {
    Path file = new SafetensorsFile().longs("index", "[3]", 2, 1, 0).write(model());
    float[] first = run(file, Layout.SAME, true, Settings.cpu());
    assertArrayEquals(first, run(file, Layout.SAME, true, Settings.cpu()));
    float[] narrow = run(file, Layout.SAME, true, HALF);
    for (int i = 0; i < 3; i++) {
      assertNotEquals(0, first[i]);
      assertEquals(first[i], narrow[i], 2e-3 * Math.abs(first[i]));
    }
  }

  @Test
  void missingParametersAreRejectedByName() throws IOException {
    Path file = new SafetensorsFile().longs("index", "[3]", 2, 1, 0).write(model());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      IOException e = assertThrows(IOException.class, () -> WeightBinding.of(graph(), checkpoint));
      assertTrue(e.getMessage().contains("scale"), e.getMessage());
    }
  }

  @Test
  void anUnwritableDirectoryIsNamed() throws IOException {
    Path file = half().write(model());
    Files.writeString(derived().folder(), "in the way");
    IOException e = assertThrows(IOException.class, () -> run(file));
    assertTrue(
        e.getMessage().startsWith("cannot cache weights in " + derived().folder()), e.getMessage());
  }

  @Test
  void aFailedWriteLeavesNoFiles() throws IOException {
    DerivedFiles.Content full =
        out -> {
          out.write(ByteBuffer.allocate(10));
          throw new IOException("No space left on device");
        };
    IOException e = assertThrows(IOException.class, () -> derived().get("x.FLOAT32", full));
    assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
    assertEquals(List.of(), derivedFiles());
  }

  @Test
  void theLeastRecentlyUsedFilesAreDeletedAboveTheLimit() throws IOException {
    DerivedFiles small = new DerivedFiles(derived().folder(), 250);
    for (int i = 0; i < 4; i++) {
      Path file = small.get("f" + i, out -> out.write(ByteBuffer.allocate(100)));
      Instant used = Instant.now().minus(Duration.ofHours(10 - i));
      Files.setLastModifiedTime(file, FileTime.from(used));
    }
    small.get("f0", out -> {});
    small.trim();
    List<String> left = derivedFiles().stream().map(f -> f.getFileName().toString()).toList();
    assertEquals(List.of("f0", "f3"), left);
  }
}
