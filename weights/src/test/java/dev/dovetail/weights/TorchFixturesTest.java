package dev.dovetail.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

  @Test
  void metadataOfMmdetIsPlainContainers() throws IOException {
    for (String name : List.of("zip_mmdet.pth", "legacy_mmdet.pth")) {
      try (Checkpoint checkpoint = Checkpoint.open(SharedFolder.require(FORMATS + "/" + name))) {
        Map<?, ?> meta = (Map<?, ?>) checkpoint.meta().get("meta");
        assertEquals("2.22.0", meta.get("mmdet_version"));
        assertEquals(12L, meta.get("epoch"));
        assertEquals(true, meta.get("flag"));
        assertEquals(1e-4, meta.get("lr"));
        assertEquals(new BigInteger("12345678901234567890"), meta.get("big"));
        assertEquals(List.of(List.of(0L, 0L, 0L), List.of(1L, 2L, 3L)), meta.get("PALETTE"));
        Map<?, ?> hooks = (Map<?, ?>) meta.get("hook_msgs");
        assertTrue(hooks.containsKey("last_ckpt"));
        assertEquals(null, hooks.get("last_ckpt"));
        assertEquals(List.of("person", "bicycle", "车"), checkpoint.classes().orElseThrow());
        assertFalse(checkpoint.meta().containsKey("state_dict"));
      }
    }
  }

  @Test
  void tensorsOfTheOptimizerStayUnreadAmongTheMetadata() throws IOException {
    try (Checkpoint checkpoint =
        Checkpoint.open(SharedFolder.require(FORMATS + "/zip_mmdet.pth"))) {
      Map<?, ?> optimizer = (Map<?, ?>) checkpoint.meta().get("optimizer");
      Map<?, ?> first = (Map<?, ?>) ((Map<?, ?>) optimizer.get("state")).get("0");
      assertEquals(List.of(2L, 2L), ((StoredTensor) first.get("exp_avg")).shape());
    }
  }

  @Test
  void namespacesAndNumpyValuesAreReadAsPlainOnes() throws IOException {
    Path file = SharedFolder.require(FORMATS + "/zip_namespace_numpy.pth");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals("torch.float32", checkpoint.meta().get("dtype"));
      assertEquals(List.of(2L, 3L), checkpoint.meta().get("size"));
      assertEquals("cpu", checkpoint.meta().get("device"));
      assertEquals(0.25, checkpoint.meta().get("score"));
      assertEquals(7L, checkpoint.meta().get("epoch"));
      assertEquals(List.of(0.0, 1.0, 2.0, 3.0, 4.0), checkpoint.meta().get("arr"));
      assertEquals(
          Map.of("lr", 0.001, "name", "deit", "layers", List.of(1L, 2L)),
          checkpoint.meta().get("args"));
    }
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }
}
