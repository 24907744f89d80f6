package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

class TorchFixturesTest {

  private static final String PTH = ".*\\.pth";

  /** Compares each file with the one of expected_*.safetensors that has its names. */
  @TestFactory
  Stream<DynamicTest> everyPyTorchFormatEqualsItsSafetensorsBitForBit() {
    return eachFile(
        comer().ofType("checkpoint_loading"),
        PTH,
        file -> {
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Tensors.assertSame(expected(file.getParent(), checkpoint), checkpoint.tensors());
          }
        });
  }

  private static FixtureFolders comer() {
    return FixtureFolders.in("fixtures/comer", "config.json");
  }

  private static Stream<DynamicTest> eachFile(
      FixtureFolders folders, String name, ThrowingConsumer<Path> test) {
    return folders
        .where("file " + name, folder -> !files(folder, name).isEmpty())
        .flatEach(
            folder ->
                files(folder, name).stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                folder.getFileName() + "/" + file.getFileName(),
                                () -> test.accept(file))));
  }

  private static Map<String, StoredTensor> expected(Path folder, Checkpoint found)
      throws IOException {
    List<String> tried = new ArrayList<>();
    for (Path file : files(folder, ".*\\.safetensors")) {
      Map<String, StoredTensor> tensors = Checkpoint.open(file).tensors();
      if (tensors.keySet().equals(found.tensors().keySet())) {
        return tensors;
      }
      tried.add(file.getFileName() + " " + tensors.keySet());
    }
    throw new AssertionError(found.tensors().keySet() + " are the names of none of " + tried);
  }

  @TestFactory
  Stream<DynamicTest> everyPthBesideASafetensorsEqualsItBitForBit() {
    // Trained models are next to each other in one directory with other files.
    FixtureFolders models =
        new FixtureFolders(
            "models", "", "folder", SharedFolder.find("models").map(List::of).orElse(List.of()));
    return Stream.of(comer(), models).flatMap(TorchFixturesTest::pairs);
  }

  private static Stream<DynamicTest> pairs(FixtureFolders folders) {
    return folders
        .where(".pth beside a .safetensors", folder -> !doubles(folder).isEmpty())
        .flatEach(
            folder ->
                doubles(folder).stream()
                    .map(
                        file ->
                            DynamicTest.dynamicTest(
                                folder.getFileName() + "/" + file.getFileName(),
                                () -> comparePair(file, safetensors(file)))));
  }

  private static List<Path> doubles(Path folder) {
    return files(folder, PTH).stream().filter(file -> Files.exists(safetensors(file))).toList();
  }

  private static Path safetensors(Path pth) {
    return pth.resolveSibling(pth.getFileName().toString().replace(".pth", ".safetensors"));
  }

  private static void comparePair(Path pth, Path safetensors) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(pth)) {
      Tensors.assertSame(Checkpoint.open(safetensors).tensors(), checkpoint.tensors());
    }
  }

  /** Checks the contract of {@link Checkpoint#meta} for each file of each directory. */
  @TestFactory
  Stream<DynamicTest> metadataIsPlainContainersAllTheWayDown() {
    return eachFile(
        comer(),
        PTH,
        file -> {
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertPlain(checkpoint.meta());
          }
        });
  }

  private static void assertPlain(Object value) {
    if (value instanceof Map<?, ?> map) {
      map.keySet().forEach(key -> assertInstanceOf(String.class, key));
      map.values().forEach(TorchFixturesTest::assertPlain);
    } else if (value instanceof List<?> list) {
      list.forEach(TorchFixturesTest::assertPlain);
    } else {
      assertTrue(
          value == null
              || value instanceof String
              || value instanceof Long
              || value instanceof BigInteger
              || value instanceof Double
              || value instanceof Boolean
              || value instanceof ByteBuffer
              || value instanceof StoredTensor
              || value instanceof OpaqueObject,
          () -> value.getClass() + " " + value);
    }
  }

  /** Returns the files of a directory whose names match a pattern, sorted. */
  static List<Path> files(Path folder, String name) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().matches(name)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
