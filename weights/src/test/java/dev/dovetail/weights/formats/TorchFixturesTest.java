package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.Tensors;
import java.io.IOException;
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

class TorchFixturesTest {

  private static final String FORMATS = "fixtures/comer/pth_formats";

  /** Each file against the one of expected_*.safetensors that has its names. */
  @TestFactory
  Stream<DynamicTest> everyPyTorchFormatEqualsItsSafetensorsBitForBit() throws IOException {
    if (!Files.isDirectory(SharedFolder.root().resolve(FORMATS))) {
      return Stream.of(DynamicTest.dynamicTest(FORMATS, () -> SharedFolder.require(FORMATS)));
    }
    Path folder = SharedFolder.require(FORMATS);
    return files(folder, ".pth").stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      try (Checkpoint checkpoint = Checkpoint.open(file)) {
                        Tensors.assertSame(expected(folder, checkpoint), checkpoint.tensors());
                      }
                    }));
  }

  private static Map<String, StoredTensor> expected(Path folder, Checkpoint found)
      throws IOException {
    List<String> tried = new ArrayList<>();
    for (Path file : files(folder, ".safetensors")) {
      Map<String, StoredTensor> tensors = Checkpoint.open(file).tensors();
      if (tensors.keySet().equals(found.tensors().keySet())) {
        return tensors;
      }
      tried.add(file.getFileName() + " " + tensors.keySet());
    }
    throw new AssertionError(found.tensors().keySet() + " are the names of none of " + tried);
  }

  @TestFactory
  Stream<DynamicTest> everyPthBesideASafetensorsEqualsItBitForBit() throws IOException {
    List<Path> folders = new ArrayList<>(SharedFolder.directories("fixtures/comer"));
    Path models = SharedFolder.root().resolve("models");
    if (Files.isDirectory(models)) {
      folders.add(models);
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : folders) {
      for (Path file : files(folder, ".pth")) {
        String name = file.getFileName().toString().replace(".pth", ".safetensors");
        if (Files.exists(folder.resolve(name))) {
          tests.add(
              DynamicTest.dynamicTest(
                  folder.getFileName() + "/" + name,
                  () -> {
                    try (Checkpoint checkpoint = Checkpoint.open(file)) {
                      Tensors.assertSame(
                          Checkpoint.open(folder.resolve(name)).tensors(), checkpoint.tensors());
                    }
                  }));
        }
      }
    }
    return tests.isEmpty()
        ? Stream.of(DynamicTest.dynamicTest("models", () -> SharedFolder.require("models")))
        : tests.stream();
  }

  /** What {@link Checkpoint#meta} promises, for each file of each folder. */
  @TestFactory
  Stream<DynamicTest> metadataIsPlainContainersAllTheWayDown() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : SharedFolder.directories("fixtures/comer")) {
      for (Path file : files(folder, ".pth")) {
        tests.add(
            DynamicTest.dynamicTest(
                folder.getFileName() + "/" + file.getFileName(),
                () -> {
                  try (Checkpoint checkpoint = Checkpoint.open(file)) {
                    assertPlain(checkpoint.meta());
                  }
                }));
      }
    }
    return tests.isEmpty()
        ? Stream.of(DynamicTest.dynamicTest(FORMATS, () -> SharedFolder.require(FORMATS)))
        : tests.stream();
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

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }
}
