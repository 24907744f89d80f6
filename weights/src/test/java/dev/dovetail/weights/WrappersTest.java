package dev.dovetail.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.formats.PickleProgram;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.formats.ZipWriter;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prefixes of training wrappers, and the selection among several sets of weights. */
class WrappersTest {

  @TempDir Path folder;

  /** Vectors of two elements, or of one element for names that end in {@code #}. */
  private Path write(String... names) throws IOException {
    Path file = folder.resolve("w" + System.nanoTime() + ".safetensors");
    List<ArrayTensor> tensors =
        Arrays.stream(names)
            .map(
                n ->
                    n.endsWith("#")
                        ? ArrayTensor.of(n.substring(0, n.length() - 1), new float[1], 1)
                        : ArrayTensor.of(n, new float[] {n.length(), 0}, 2))
            .toList();
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  private static List<String> names(Checkpoint checkpoint) {
    return List.copyOf(checkpoint.tensors().keySet());
  }

  private List<String> names(String... stored) throws IOException {
    return names(Checkpoint.open(write(stored)));
  }

  @ParameterizedTest
  @CsvSource({
    "_orig_mod.a.w,                                     a.w, _orig_mod.",
    "module._orig_mod.a.w,                              a.w, _orig_mod. module.",
    "_orig_mod.module.a.w,                              a.w, _orig_mod. module.",
    "a._orig_mod.w,                                     a.w, _orig_mod.",
    "_forward_module.a._fsdp_wrapped_module.w,          a.w, _forward_module. _fsdp_wrapped_module.",
    "a._checkpoint_wrapped_module._orig_mod.w,          a.w, _checkpoint_wrapped_module. _orig_mod.",
    "module.module._orig_mod.a.w,                       a.w, _orig_mod. module.",
    "a_orig_mod.w,                                      a_orig_mod.w, ''",
    "orig_mod.w,                                        orig_mod.w, ''",
  })
  void wrappersNamesAreDroppedWhereverTheyStand(String stored, String name, String dropped)
      throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(write(stored, stored + "2"))) {
      assertEquals(List.of(name, name + "2"), names(checkpoint));
      assertEquals(
          dropped.isEmpty() ? Set.of() : Set.of(dropped.split(" ")), checkpoint.droppedFromNames());
      assertEquals(stored, checkpoint.tensors().get(name).storedName());
    }
  }

  @Test
  void prefixesAreKeptIfNamesWouldCollide() throws IOException {
    assertEquals(List.of("a.w", "_orig_mod.a.w"), names("a.w", "_orig_mod.a.w"));
  }

  @Test
  void theCountersOfAveragesAreIgnored() throws IOException {
    for (String counter : List.of("n_averaged", "steps")) {
      try (Checkpoint checkpoint = Checkpoint.open(write(counter + "#", "module.a", "module.b"))) {
        assertEquals(List.of("a", "b"), names(checkpoint));
        assertEquals(Set.of(counter), checkpoint.leftOut().keySet());
      }
    }
    assertEquals(List.of("steps", "module.a"), names("steps", "module.a"));
    assertEquals(List.of("steps", "a"), names("steps#", "a"));
  }

  @Test
  void theAveragesOfMmcvAreIgnoredWithAReasonOrSelected() throws IOException {
    Path file = write("module.a.w", "module.b.w", "module.c", "module.ema_a_w", "module.ema_b_w");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(List.of("a.w", "b.w", "c"), names(checkpoint));
      assertEquals(Set.of("ema_a_w", "ema_b_w"), checkpoint.leftOut().keySet());
      assertTrue(checkpoint.leftOut().get("ema_a_w").contains("EMAHook"));
    }
    try (Checkpoint averages = Checkpoint.open(file, Optional.of("ema_"))) {
      assertEquals(List.of("a.w", "b.w", "c"), names(averages));
      assertEquals("module.ema_b_w", averages.tensors().get("b.w").storedName());
      assertEquals("module.c", averages.tensors().get("c").storedName());
      assertEquals(Map.of(), averages.leftOut());
    }
    assertEquals(List.of("a.w", "ema_w"), names("a.w", "ema_w"));
    Path without = write("a.w", "b.w");
    IOException e =
        assertThrows(IOException.class, () -> Checkpoint.open(without, Optional.of("ema_")));
    assertTrue(e.getMessage().contains("no weights under 'ema_'"), e.getMessage());
  }

  @Test
  void aKeySelectsTheTensorsUnderIt() throws IOException {
    Path file = write("model.a", "model.b", "model_ema.module.a", "model_ema.module.b", "x");
    try (Checkpoint checkpoint = Checkpoint.open(file, Optional.of("model_ema"))) {
      assertEquals(List.of("a", "b"), names(checkpoint));
      assertEquals("model_ema", checkpoint.key());
      assertArrayEquals(new float[] {18, 0}, checkpoint.tensors().get("a").floats());
    }
    IOException e =
        assertThrows(IOException.class, () -> Checkpoint.open(file, Optional.of("mod")));
    assertTrue(e.getMessage().startsWith(file + ": has no weights under 'mod'"), e.getMessage());
    assertTrue(e.getMessage().contains("['model', 'model_ema']"), e.getMessage());
    Path flat = write("a", "b");
    IOException none =
        assertThrows(IOException.class, () -> Checkpoint.open(flat, Optional.of("model")));
    assertTrue(none.getMessage().contains("are at the top level"), none.getMessage());
  }

  /**
   * A dictionary of dictionaries with one vector each; the path {@code a/b} is one level deeper.
   */
  private Path torch(String... paths) throws IOException {
    PickleProgram program = new PickleProgram().raw("}");
    for (String path : paths) {
      List<String> keys = List.of(path.split("/"));
      for (String key : keys.subList(0, keys.size() - 1)) {
        program.text(key).raw("}");
      }
      program.text(keys.get(keys.size() - 1));
      program.tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1});
      keys.forEach(key -> program.raw("s"));
    }
    Path file = folder.resolve(System.nanoTime() + ".pth");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.store("archive/data.pkl", program.end());
      zip.store("archive/data/0", new byte[8]);
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "model/w,          model_ema/w,          model,           model_ema",
    "state_dict/w,     state_dict_ema/w,     state_dict,      state_dict_ema",
    "state_dict/w,     ema_state_dict/w,     state_dict,      ema_state_dict",
    "model/w,          ema/module/w,         ema.module,      model",
    "student/w,        teacher/w,            teacher,         student",
  })
  void ofTwoSetsOneIsTakenTheOtherIsNamedAndAKeyChooses(
      String first, String second, String taken, String other) throws IOException {
    Path file = torch(first, second);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(taken, checkpoint.key());
      assertEquals(List.of(other), checkpoint.otherKeys());
    }
    for (String key : List.of(taken, other)) {
      try (Checkpoint checkpoint = Checkpoint.open(file, Optional.of(key))) {
        assertEquals(key, checkpoint.key());
        assertEquals(List.of("w"), names(checkpoint));
      }
    }
    IOException e =
        assertThrows(IOException.class, () -> Checkpoint.open(file, Optional.of("none")));
    for (String part : List.of("no weights under 'none'", "'" + taken + "'", "'" + other + "'")) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void aKeyMayEndInAPrefixOfNames() throws IOException {
    Path file = torch("state_dict/model.w", "optimizer/x");
    for (String key : List.of("state_dict.model", "model")) {
      try (Checkpoint checkpoint = Checkpoint.open(file, Optional.of(key))) {
        assertEquals(List.of("w"), names(checkpoint));
        assertEquals("state_dict.model", checkpoint.key());
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(torch("a.b/w", "c/w"), Optional.of("a.b"))) {
      assertEquals(List.of("w"), names(checkpoint));
    }
    try (Checkpoint inner = Checkpoint.open(torch("ema/module/w", "model/w"), Optional.of("ema"))) {
      assertEquals("ema.module", inner.key());
    }
  }
}
