package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PyTorch files that are inconsistent, damaged or malicious. */
class HostileTorchTest {

  private static final byte[] FOUR_FLOATS = new byte[16];

  @TempDir Path folder;

  @Test
  void classesOutsideTheAllowListBecomeOpaqueObjects() throws IOException {
    byte[] program =
        new PickleProgram()
            .raw("}")
            .text("w")
            .tensor("FloatStorage", "0", 4, 0, new long[] {4}, new long[] {1})
            .raw("s")
            .text("attack")
            .global("posix", "system")
            .text("touch /tmp/owned")
            .raw(0x85)
            .raw("Rs")
            .text("when")
            .global("datetime", "datetime")
            .raw(")")
            .raw(0x81)
            .raw("}bs")
            .end();
    try (Checkpoint checkpoint = Checkpoint.open(torch(program, FOUR_FLOATS))) {
      assertEquals(new OpaqueObject("posix.system"), checkpoint.meta().get("attack"));
      assertEquals(new OpaqueObject("datetime.datetime"), checkpoint.meta().get("when"));
      assertEquals(List.of(4L), checkpoint.tensors().get("w").shape());
    }
  }

  @Test
  void pickledModelIsRejectedWithTheNameOfItsClass() throws IOException {
    byte[] program = new PickleProgram().global("models.vit", "ViT").raw(")R}b").end();
    assertRefused(torch(program, FOUR_FLOATS), "models.vit.ViT", "state_dict");
  }

  @Test
  void viewsThatExceedTheirStorageAreRejected() throws IOException {
    assertViewRefused(5, 0, new long[] {5}, new long[] {1}, "'w'", "'0'", "16 bytes");
    assertViewRefused(4, 1, new long[] {4}, new long[] {1}, "'w'", "needs a storage of 5");
    assertViewRefused(4, 0, new long[] {2, 2}, new long[] {3, 1}, "'w'", "needs a storage of 5");
    assertViewRefused(4, -1, new long[] {1}, new long[] {1}, "'w'", "negative");
    assertViewRefused(4, 3, new long[] {4}, new long[] {-1}, "'w'", "negative");
    assertViewRefused(4, 0, new long[] {-4}, new long[] {1}, "'w'", "negative");
    assertViewRefused(4, 0, new long[] {4}, new long[] {1, 1}, "'w'", "2 strides");
    assertViewRefused(4, 9, new long[] {0}, new long[] {1}, "'w'", "element 9");
    assertViewRefused(Long.MAX_VALUE, 0, new long[] {4}, new long[] {1}, "'w'", "'0'");
    assertViewRefused(-1, 0, new long[] {4}, new long[] {1}, "'w'", "'0'");
    long big = 1L << 40;
    assertViewRefused(4, 0, new long[] {big, big}, new long[] {0, 0}, "'w'", "64-bit");
    assertViewRefused(4, 0, new long[] {2, 2}, new long[] {Long.MAX_VALUE, 1}, "'w'", "64-bit");
    assertViewRefused(4, 0, new long[] {big}, new long[] {0}, "'w'", "repeats 4 stored elements");
    assertViewRefused(4, 0, new long[65], new long[65], "at most 64");
  }

  @Test
  void missingStoragesAndUnknownTypesAreRejected() throws IOException {
    byte[] missing =
        new PickleProgram()
            .raw("}")
            .text("w")
            .tensor("FloatStorage", "../7", 4, 0, new long[] {4}, new long[] {1})
            .raw("s")
            .end();
    assertRefused(torch(missing, FOUR_FLOATS), "archive/data/../7");
    byte[] complex =
        new PickleProgram()
            .raw("}")
            .text("w")
            .tensor("ComplexFloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
            .raw("s")
            .end();
    assertRefused(torch(complex, FOUR_FLOATS), "torch.ComplexFloatStorage");
  }

  @Test
  void invalidProgramsAreRejectedWithTheirPosition() throws IOException {
    assertProgramRefused(new PickleProgram(), "stack");
    assertProgramRefused(new PickleProgram().raw("}}s"), "stack");
    assertProgramRefused(new PickleProgram().raw("}("), "stack");
    assertProgramRefused(new PickleProgram().raw("e"), "never opened");
    assertProgramRefused(new PickleProgram().raw("h").raw(7), "reads the memo entry 7");
    assertProgramRefused(new PickleProgram().raw("NNR"), "not a tuple");
    assertProgramRefused(new PickleProgram().raw("N)R"), "not a class");
    assertProgramRefused(new PickleProgram().raw("NNa"), "does not support");
    assertProgramRefused(new PickleProgram().raw("}(Nu"), "without a value");
    assertProgramRefused(new PickleProgram().raw(0xff), "0xff");
    assertProgramRefused(new PickleProgram().raw(0x80, 9), "protocol 9");
    assertProgramRefused(new PickleProgram().raw("NQ"), "storage");
    assertProgramRefused(new PickleProgram().raw("I12x\n"), "12x");
    assertProgramRefused(new PickleProgram().raw("Fone\n"), "one");
    assertProgramRefused(new PickleProgram().raw("X").int32(-1), "4294967295 bytes");
    assertProgramRefused(new PickleProgram().raw(0x8b).int32(1 << 30), "1073741824 bytes");
    assertProgramRefused(
        new PickleProgram().raw(0x8e).bytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}), "bytes");
    assertProgramRefused(
        new PickleProgram().global("torch._utils", "_rebuild_tensor_v2").raw(")R"), "storage");
    byte[] cut = PickleProgram.oneVector("w", 4).end();
    assertRefused(torch(java.util.Arrays.copyOf(cut, cut.length - 30), FOUR_FLOATS), "truncated");
  }

  @Test
  void containersThatContainThemselvesAreRejected() throws IOException {
    assertMetaRefused(p -> p.raw("]q").raw(9).raw("h").raw(9).raw("a"), "'x.0'", "contains itself");
    assertMetaRefused(
        p -> p.raw("}q").raw(9).text("k").raw("h").raw(9).raw("s"), "contains itself");
  }

  @Test
  void nestingBombsAreRejected() throws IOException {
    assertMetaRefused(p -> p.repeat(100_000, "]").repeat(99_999, "a"), "deeper than 100 levels");
    assertMetaRefused(
        p -> {
          p.raw("N");
          for (int i = 0; i < 100_000; i++) {
            p.raw(0x85);
          }
        },
        "deeper than 100 levels");
    assertMetaRefused(
        p -> {
          p.raw("](]q").raw(0).raw("0");
          for (int i = 0; i < 200; i++) {
            p.raw("h").raw(i).repeat(50, "]").raw("h").raw(i).raw("a").repeat(49, "a");
            p.raw("q").raw(i + 1);
          }
          p.raw("e");
        },
        "deeper than 100 levels");
  }

  /** Each call would make the preceding one; nested calls are not evaluated. */
  @Test
  void chainsOfCallsDoNotRecurse() throws IOException {
    PickleProgram program = PickleProgram.oneVector("w", 4).text("x").raw(")");
    for (int i = 0; i < 100_000; i++) {
      program.raw("q").raw(1).raw("0ctorch._tensor\n_rebuild_from_type_v2\n(");
      program.raw("ctorch._tensor\n_rebuild_from_type_v2\nNh").raw(1).raw("t");
    }
    assertRefusedOrRead(torch(program.raw("Rs").end(), FOUR_FLOATS));
  }

  /** Lists of two references to the preceding list: 2^60 values when expanded. */
  @Test
  void memoBombsAreRejected() throws IOException {
    assertMetaRefused(
        p -> {
          p.raw("]q").raw(0);
          for (int i = 0; i < 60; i++) {
            p.raw("0](h").raw(i).raw("h").raw(i).raw("eq").raw(i + 1);
          }
        },
        "expands to more than");
  }

  @Test
  void programsThatNeedTooMuchMemoryOrTimeAreRejected() throws IOException {
    assertMetaRefused(p -> p.repeat(4_000_000, "}"), "no checkpoint needs");
    String text = "a".repeat(1 << 20);
    assertMetaRefused(
        p ->
            p.global("_codecs", "encode")
                .raw("q")
                .raw(1)
                .text(text)
                .raw(0x85)
                .raw("q")
                .raw(2)
                .repeat(1_000_000, "h\1h\2R"),
        "no checkpoint needs");
    assertMetaRefused(
        p -> {
          p.global("collections", "OrderedDict").raw("q").raw(1).raw("0](");
          for (int i = 0; i < 100_000; i++) {
            p.raw("NN").raw(0x86);
          }
          p.raw("e").raw(0x85).raw("q").raw(2).repeat(1_000_000, "h\1h\2R");
        },
        "no checkpoint needs");
  }

  @Test
  void keysThatAreExpensiveToHashDoNotHang() throws IOException {
    PickleProgram itself =
        PickleProgram.oneVector("w", 4).raw("]q").raw(9).raw("h").raw(9).raw("a");
    assertRefusedOrRead(torch(itself.raw(0x85).raw("Ns").end(), FOUR_FLOATS));
    PickleProgram longTuple = PickleProgram.oneVector("w", 4).raw("(");
    longTuple.repeat(500_000, "N").raw("tq").raw(9).raw("N").repeat(400_000, "sh\11N");
    assertRefusedOrRead(torch(longTuple.raw("s").end(), FOUR_FLOATS));
  }

  @Test
  void keysOfTwoTypesWithTheSameHashDoNotHang() throws IOException {
    PickleProgram program = PickleProgram.oneVector("w", 4).text("x").raw("}(");
    for (int i = 0; i < 1 << 16; i++) {
      StringBuilder text = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      int hash = text.toString().hashCode();
      program.text(text.toString()).raw("N");
      program.number((long) i << 32 | (hash ^ i) & 0xffffffffL).raw("N");
    }
    assertRefusedOrRead(torch(program.raw("us").end(), FOUR_FLOATS));
  }

  @Test
  void damagedArchivesAreRejected() throws IOException {
    Path whole = torch(PickleProgram.oneVector("w", 4).end(), FOUR_FLOATS);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 4; length < bytes.length; length += 7) {
      Path cut = folder.resolve("cut" + length + ".pth");
      Files.write(cut, java.util.Arrays.copyOf(bytes, length));
      assertRefused(cut, "truncated");
    }
    assertArchiveRefused(data -> data.header = 0, "overlap");
    assertArchiveRefused(data -> data.header += 4, "no valid header");
    assertArchiveRefused(data -> data.header = 1L << 40, "outside");
    assertArchiveRefused(data -> data.header = -5, "outside");
    assertArchiveRefused(data -> data.packed = data.bytes = 1L << 40, "outside");
    assertArchiveRefused(data -> data.packed = data.bytes = Long.MAX_VALUE, "outside");
    assertArchiveRefused(data -> data.packed = data.bytes = 17, "17 bytes would not end");
    assertArchiveRefused(data -> data.bytes = 8, "stored");
    assertArchiveRefused(data -> data.method = 12, "method 12");
    assertArchiveRefused(data -> data.name = "archive/data.pkl", "two zip entries");
  }

  @Test
  void compressedEntriesAreUnpackedAndDeletedOnClose() throws IOException {
    Path file = folder.resolve("compressed.pth");
    byte[] values = new byte[400];
    ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).putFloat(396, 2.5f);
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.deflate("archive/data.pkl", PickleProgram.oneVector("w", 100).end());
      zip.deflate("archive/data/0", values);
    }
    Checkpoint checkpoint = Checkpoint.open(file);
    StoredTensor tensor = checkpoint.tensors().get("w");
    assertEquals(2.5f, tensor.floats()[99]);
    assertTrue(Files.exists(tensor.file()));
    checkpoint.close();
    assertTrue(Files.notExists(tensor.file()));
  }

  @Test
  void decompressionBombsAreRejected() throws IOException {
    Path bomb = folder.resolve("bomb.pth");
    try (ZipWriter zip = new ZipWriter(bomb)) {
      zip.store("archive/data.pkl", PickleProgram.oneVector("w", 17_500_000).end());
      zip.deflate("archive/data/0", new byte[70_000_000]);
    }
    assertRefused(bomb, "decompression bomb", "archive/data/0");
    Path liar = folder.resolve("liar.pth");
    try (ZipWriter zip = new ZipWriter(liar)) {
      zip.store("archive/data.pkl", PickleProgram.oneVector("w", 4).end());
      zip.deflate("archive/data/0", new byte[70_000_000]).bytes = 16;
    }
    assertRefused(liar, "archive/data/0", "16 bytes");
  }

  @Test
  void legacyFilesWithInconsistentStoragesAreRejected() throws IOException {
    assertEquals(4, ((Checkpoint) open(legacy(4, "0", 16))).tensors().get("w").elements());
    assertRefused(legacy(5, "0", 16), "'0'", "5 elements");
    assertRefused(legacy(Long.MAX_VALUE, "0", 16), "'0'");
    assertRefused(legacy(4, "0", 15), "truncated");
    assertRefused(legacy(4, "1", 16), "is not described");
  }

  private Path legacy(long elements, String key, int bytes) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        new PickleProgram()
            .raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
            .end());
    file.writeBytes(new PickleProgram().number(1001).end());
    file.writeBytes(new PickleProgram().raw("}").end());
    file.writeBytes(PickleProgram.oneVector("w", 4).end());
    file.writeBytes(new PickleProgram().raw("]").text(key).raw("a").end());
    file.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(elements).array());
    file.writeBytes(new byte[bytes]);
    Path path = Files.createTempFile(folder, "legacy", ".pth");
    return Files.write(path, file.toByteArray());
  }

  private void assertViewRefused(
      long stored, long first, long[] shape, long[] strides, String... words) throws IOException {
    byte[] program =
        new PickleProgram()
            .raw("}")
            .text("w")
            .tensor("FloatStorage", "0", stored, first, shape, strides)
            .raw("s")
            .end();
    assertRefused(torch(program, FOUR_FLOATS), words);
  }

  private void assertProgramRefused(PickleProgram program, String... words) throws IOException {
    assertRefused(torch(program.end(), FOUR_FLOATS), words);
  }

  /** A valid tensor, and under {@code x} the result of {@code value}. */
  private void assertMetaRefused(Consumer<PickleProgram> value, String... words)
      throws IOException {
    PickleProgram program = PickleProgram.oneVector("w", 4).text("x");
    value.accept(program);
    assertRefused(torch(program.raw("s").end(), FOUR_FLOATS), words);
  }

  private void assertArchiveRefused(Consumer<ZipWriter.Listed> lie, String... words)
      throws IOException {
    Path file = folder.resolve("archive" + System.nanoTime() + ".pth");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.store("archive/data.pkl", PickleProgram.oneVector("w", 4).end());
      ZipWriter.Listed data = zip.store("archive/data/0", FOUR_FLOATS);
      zip.store("archive/version", new byte[] {'3'});
      lie.accept(data);
    }
    assertRefused(file, words);
  }

  private Path torch(byte[] program, byte[] storage) throws IOException {
    Path file = folder.resolve("test" + System.nanoTime() + ".pth");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.store("archive/data.pkl", program);
      zip.store("archive/data/0", storage);
      zip.store("archive/version", new byte[] {'3'});
    }
    return file;
  }

  private static Object open(Path file) throws IOException {
    return Checkpoint.open(file);
  }

  private static void assertRefusedOrRead(Path file) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertInstanceOf(Map.class, checkpoint.meta());
          } catch (IOException e) {
            assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
          }
        });
  }

  private static void assertRefused(Path file, String... words) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
          assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
          for (String word : words) {
            assertTrue(e.getMessage().contains(word), () -> word + " is not in: " + e.getMessage());
          }
        });
  }
}
