package dev.dovetail.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.formats.PickleProgram;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.formats.ZipWriter;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

  @TempDir Path folder;

  @Test
  void stateDictIsFoundWhereTrainingToolsPutIt() throws IOException {
    for (String path :
        List.of("", "state_dict", "model", "module", "teacher", "model/state_dict", "unheard-of")) {
      PickleProgram program = new PickleProgram().raw("}");
      List<String> keys = path.isEmpty() ? List.of() : List.of(path.split("/"));
      for (String key : keys) {
        program.text("epoch").number(3).raw("s").text(key).raw("}");
      }
      program.text("w").tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1}).raw("s");
      keys.forEach(key -> program.raw("s"));
      try (Checkpoint checkpoint = Checkpoint.open(torch(program))) {
        assertEquals(List.of(2L), checkpoint.tensors().get("w").shape(), path);
        assertEquals(keys.isEmpty() ? null : 3L, checkpoint.meta().get("epoch"), path);
      }
    }
  }

  @Test
  void ofSeveralStateDictsTheUsualOneIsUsedAndUnusualOnesNeedAKey() throws IOException {
    assertEquals(List.of("b"), names("state_dict_ema", "a", "model", "b"));
    IOException e = assertThrows(IOException.class, () -> names("first", "a", "second", "b"));
    assertTrue(e.getMessage().contains("['first', 'second']"), e.getMessage());
  }

  private List<String> names(String key1, String name1, String key2, String name2)
      throws IOException {
    PickleProgram program = new PickleProgram().raw("}");
    for (List<String> entry : List.of(List.of(key1, name1), List.of(key2, name2))) {
      program.text(entry.get(0)).raw("}").text(entry.get(1));
      program.tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1}).raw("ss");
    }
    return List.copyOf(Checkpoint.open(torch(program)).tensors().keySet());
  }

  @Test
  void classNamesAreFoundWhereMmcvAndMmenginePutThem() throws IOException {
    List<String> mmcv = List.of("meta", "CLASSES");
    List<String> mmengine = List.of("meta", "dataset_meta", "classes");
    for (List<String> keys : List.of(mmcv, mmengine, List.of("meta", "dataset_meta", "CLASSES"))) {
      PickleProgram program = PickleProgram.oneVector("w", 2);
      keys.forEach(key -> program.text(key).raw("}"));
      program.raw("0(").text("person").text("车").raw("t");
      keys.forEach(key -> program.raw("s"));
      try (Checkpoint checkpoint = Checkpoint.open(torch(program))) {
        assertEquals(List.of("person", "车"), checkpoint.classes().orElseThrow());
      }
    }
    assertTrue(Checkpoint.open(write("a.safetensors", "a")).classes().isEmpty());
  }

  @Test
  void modulePrefixIsRemovedOnlyIfEveryNameHasIt() throws IOException {
    Path uniform = write("u.safetensors", "module.module.a", "module.module.b");
    assertEquals(List.of("a", "b"), List.copyOf(Checkpoint.open(uniform).tensors().keySet()));
    Path mixed = write("m.safetensors", "module.a", "b");
    assertEquals(List.of("module.a", "b"), List.copyOf(Checkpoint.open(mixed).tensors().keySet()));
  }

  @Test
  void shardsAreOpenedByTheirIndexOrFolder() throws IOException {
    write("model-1.safetensors", "a", "b");
    write("model-2.safetensors", "c");
    Path index =
        index("{'a':'model-1.safetensors','b':'model-1.safetensors','c':'model-2.safetensors'}");
    for (Path path : List.of(index, folder)) {
      try (Checkpoint checkpoint = Checkpoint.open(path)) {
        assertEquals(List.of("a", "b", "c"), List.copyOf(checkpoint.tensors().keySet()));
        assertEquals(3, checkpoint.files().size());
        assertArrayEquals(new float[] {1}, checkpoint.tensors().get("c").floats());
        assertEquals(64, checkpoint.sha256().length());
      }
    }
  }

  @Test
  void inconsistentIndexIsRejected() throws IOException {
    write("one.safetensors", "a", "b");
    write("two.safetensors", "c");
    assertIndexRefused("{'a':'one.safetensors'}", "lists 1 tensors", "contains 2");
    assertIndexRefused("{'a':'one.safetensors','x':'one.safetensors'}", "'x'");
    assertIndexRefused("{'a':'three.safetensors'}", "three.safetensors", "missing");
    assertIndexRefused("{'a':'../one.safetensors'}", "'a'", "next to the index");
    assertIndexRefused("{'a':'/etc/passwd'}", "'a'", "next to the index");
    assertIndexRefused("{'a':7}", "'a'");
    assertIndexRefused("{}", "weight_map");
    assertIndexRefused("{'a':'one.safetensors','a':'two.safetensors'}", "Duplicate");
    assertIndexRefused("{", "JSON");
  }

  private void assertIndexRefused(String map, String... words) throws IOException {
    Path index = index(map);
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(index));
    assertTrue(e.getMessage().startsWith(index + ": "), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), () -> word + " is not in: " + e.getMessage());
    }
  }

  @Test
  void folderWithOneCheckpointIsOpenedAndSeveralAreListed() throws IOException {
    IOException none = assertThrows(IOException.class, () -> Checkpoint.open(folder));
    assertTrue(none.getMessage().contains("no checkpoint"), none.getMessage());
    write("epoch_1.safetensors", "a");
    assertEquals(1, Checkpoint.open(folder).tensors().size());
    write("epoch_2.safetensors", "a");
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(folder));
    assertTrue(e.getMessage().contains("epoch_1.safetensors, epoch_2.safetensors"), e.getMessage());
  }

  @Test
  void otherFilesAreRejectedWithAGuess() throws IOException {
    assertNoCheckpoint("", "empty");
    assertNoCheckpoint("version https://git-lfs.github.com/spec/v1\n", "Git LFS");
    assertNoCheckpoint("<!DOCTYPE html>", "web page");
    assertNoCheckpoint("{\"a\": 1}", "JSON");
    assertNoCheckpoint("GIF89a", "expected safetensors");
    assertNoCheckpoint("PK\3\4 and nothing", "truncated");
    assertNoCheckpoint("\200\2N.", "torch.save");
    Path missing = folder.resolve("missing.pth");
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(missing));
    assertTrue(e.getMessage().contains("does not exist"), e.getMessage());
  }

  @Test
  void gitLfsPointersAreRecognizedRegardlessOfTheirNames() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    for (String name :
        List.of("model.safetensors", "a.pth", "a.npz", "a.ckpt", "a.bin", "a.index.json")) {
      Path file = Files.writeString(folder.resolve(name), pointer);
      IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
      assertEquals(
          file + ": is a Git LFS pointer; fetch the file itself (git lfs pull)", e.getMessage());
      Files.delete(file);
    }
    Files.writeString(folder.resolve("shard.safetensors"), pointer);
    Path index = index("{'a':'shard.safetensors'}");
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(index));
    assertTrue(e.getMessage().contains("shard.safetensors: is a Git LFS pointer"), e.getMessage());
  }

  private void assertNoCheckpoint(String content, String word) throws IOException {
    Path file = folder.resolve("x.pth");
    Files.write(file, content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(word), () -> word + " is not in: " + e.getMessage());
  }

  @Test
  void digestIsThatOfTheFile() throws IOException {
    Path file = write("a.safetensors", "a");
    String hash = Checkpoint.open(file).sha256();
    assertTrue(hash.matches("[0-9a-f]{64}"), hash);
    assertEquals(hash, Checkpoint.open(file).sha256());
    assertNotEquals(hash, Checkpoint.open(write("b.safetensors", "b")).sha256());
  }

  @Test
  void floatingPointIsNotConvertedToIntegers() throws IOException {
    StoredTensor tensor = Checkpoint.open(write("a.safetensors", "a")).tensors().get("a");
    assertThrows(IllegalArgumentException.class, tensor::longs);
  }

  private Path index(String map) throws IOException {
    String json = "{'metadata':{},'weight_map':" + map + "}";
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"), json.replace('\'', '"'));
  }

  private Path write(String file, String... names) throws IOException {
    List<ArrayTensor> tensors =
        java.util.Arrays.stream(names).map(n -> ArrayTensor.of(n, new float[] {1}, 1)).toList();
    Safetensors.write(folder.resolve(file), tensors, Map.of());
    return folder.resolve(file);
  }

  private Path torch(PickleProgram program) throws IOException {
    Path file = folder.resolve(System.nanoTime() + ".pth");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.store("archive/data.pkl", program.end());
      zip.store("archive/data/0", new byte[8]);
    }
    return file;
  }
}
