package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickled dictionaries of NumPy arrays, as published by detectron2. */
class NumpyPickleTest {

  @TempDir Path folder;

  /** Files written by {@code pickle/make.py} in Python. */
  private static Path made(int protocol) throws URISyntaxException {
    String name = "pickle/detectron2-" + protocol + ".pkl";
    return Path.of(NumpyPickleTest.class.getResource(name).toURI());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void arraysAreTensorsThatAreReadInPlace(int protocol) throws IOException, URISyntaxException {
    try (Checkpoint checkpoint = Checkpoint.open(made(protocol))) {
      Map<String, StoredTensor> tensors = checkpoint.tensors();
      assertEquals(5, tensors.size());
      StoredTensor first = tensors.get("stem.conv1.weight");
      assertEquals(List.of(2L, 3L, 2L, 2L), first.shape());
      assertEquals(23f, first.floats()[23]);
      assertTrue(first.region().isPresent(), "its elements are read in place");
      StoredTensor columns = tensors.get("res2.0.conv1.weight");
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, columns.floats());
      assertArrayEquals(new float[] {1.5f, -1}, tensors.get("res2.0.conv1.norm.weight").floats());
      assertEquals(List.of(), tensors.get("res2.0.conv1.norm.num_batches_tracked").shape());
      assertEquals("made here", checkpoint.meta().get("__author__"));
    }
  }

  @Test
  void arraysThatProtocol2WritesAsTextAreRejectedWithAdvice() throws Exception {
    Path file = made(2);
    String message = assertThrows(IOException.class, () -> Checkpoint.open(file)).getMessage();
    assertTrue(message.contains("pickle protocol 3 or later"), message);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void damagedFilesAreReadOrRejectedWithAMessage(int protocol) throws Exception {
    byte[] whole = Files.readAllBytes(made(protocol));
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[2 + random.nextInt(damaged.length - 2)] = (byte) random.nextInt(256);
      }
      Path copy = Files.write(folder.resolve(protocol + "-" + seed + ".pkl"), damaged);
      try (Checkpoint checkpoint = Checkpoint.open(copy)) {
        for (StoredTensor tensor : checkpoint.tensors().values()) {
          if (tensor.elements() < 1000) {
            tensor.floats();
          }
        }
      } catch (IOException e) {
        assertTrue(e.getMessage().length() > 20, "seed " + seed + ": " + e.getMessage());
      }
    }
  }
}
