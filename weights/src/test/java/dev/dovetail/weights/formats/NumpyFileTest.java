package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyFileTest {

  @TempDir Path folder;

  @Test
  void npyTensorHasTheNameOfItsFile() throws IOException {
    Path file = folder.resolve("pos_embed.npy");
    Files.write(file, npy(1, "'<f4'", "False", "(2, 3)", floats(ByteOrder.LITTLE_ENDIAN)));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor tensor = checkpoint.tensors().get("pos_embed");
      assertEquals(List.of(2L, 3L), tensor.shape());
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, tensor.floats());
      assertTrue(tensor.region().isPresent());
    }
  }

  @Test
  void columnMajorAndBigEndianArraysAreReadInRowMajorOrder() throws IOException {
    Path file = folder.resolve("a.npz");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.store("f.npy", npy(2, "'<f4'", "True", "(2, 3)", floats(ByteOrder.LITTLE_ENDIAN)));
      zip.store("b.npy", npy(3, "'>f4'", "False", "(6,)", floats(ByteOrder.BIG_ENDIAN)));
      zip.store("fb.npy", npy(1, "'>f4'", "True", "(3L, 2L)", floats(ByteOrder.BIG_ENDIAN)));
      zip.store("s.npy", npy(1, "'|b1'", "False", "()", new byte[] {1}));
    }
    Map<String, StoredTensor> tensors = Checkpoint.open(file).tensors();
    assertArrayEquals(new float[] {0, 2, 4, 1, 3, 5}, tensors.get("f").floats());
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, tensors.get("b").floats());
    assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, tensors.get("fb").floats());
    assertArrayEquals(new long[] {1}, tensors.get("s").longs());
    assertTrue(tensors.get("f").region().isEmpty());
    assertTrue(tensors.get("b").region().isEmpty());
  }

  @Test
  void arraysOfStringsAndObjectsAreMetadata() throws IOException {
    Path file = folder.resolve("a.npz");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.deflate("w.npy", npy(1, "'<f4'", "False", "(6,)", floats(ByteOrder.LITTLE_ENDIAN)));
      zip.store("names.npy", npy(1, "'<U2'", "False", "(1,)", new byte[8]));
      zip.store("objects.npy", npy(1, "'|O'", "False", "(1,)", new byte[8]));
      zip.store("records.npy", npy(1, "[('x', '<f4')]", "False", "(1,)", new byte[4]));
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(List.of("w"), List.copyOf(checkpoint.tensors().keySet()));
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, checkpoint.tensors().get("w").floats());
      assertEquals(List.of("names", "objects", "records"), List.copyOf(checkpoint.meta().keySet()));
    }
  }

  @Test
  void inconsistentArraysAreRejected() throws IOException {
    byte[] data = new byte[16];
    assertRefused(npy(1, "'<f4'", "False", "(5,)", data), "'w'", "5 float32", "contains 4");
    assertRefused(npy(1, "'<f4'", "False", "(999999999999999999, 999)", data), "'w'", "64-bit");
    assertRefused(npy(1, "'<f4'", "True", "(9999999999999999999,)", data), "'w'", "shape");
    assertRefused(npy(1, "'<f4'", "False", "(-1,)", data), "'w'", "shape");
    assertRefused(npy(1, "'<f4'", "Maybe", "(4,)", data), "'w'", "order");
    byte[] cut = npy(1, "'<f4'", "False", "(4,)", data);
    assertRefused(java.util.Arrays.copyOf(cut, 40), "'w'", "header");
    assertRefused(java.util.Arrays.copyOf(cut, 8), "'w'", "truncated");
    cut[8] = (byte) 0xff;
    cut[9] = (byte) 0xff;
    assertRefused(cut, "'w'", "65535 bytes");
  }

  @Test
  void decompressionBombIsRejectedBeforeItFillsTheDisk() throws IOException {
    Path file = folder.resolve("bomb.npz");
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.deflate("w.npy", npy(1, "'|u1'", "False", "(100000000,)", new byte[100_000_000]));
    }
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
    assertTrue(e.getMessage().contains("decompression bomb"), e.getMessage());
  }

  private void assertRefused(byte[] npy, String... words) throws IOException {
    Path single = Files.write(folder.resolve("w.npy"), npy);
    Path archive = folder.resolve("a" + System.nanoTime() + ".npz");
    try (ZipWriter zip = new ZipWriter(archive)) {
      zip.store("w.npy", npy);
    }
    for (Path file : List.of(single, archive)) {
      IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
      assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      for (String word : words) {
        assertTrue(e.getMessage().contains(word), () -> word + " is not in: " + e.getMessage());
      }
    }
  }

  private static byte[] floats(ByteOrder order) {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(order);
    for (int i = 0; i < 6; i++) {
      bytes.putFloat(i);
    }
    return bytes.array();
  }

  private static byte[] npy(int version, String descr, String fortran, String shape, byte[] data) {
    byte[] header =
        "{'descr': %s, 'fortran_order': %s, 'shape': %s, }        \n"
            .formatted(descr, fortran, shape)
            .getBytes(StandardCharsets.UTF_8);
    int prefix = version == 1 ? 10 : 12;
    ByteBuffer bytes =
        ByteBuffer.allocate(prefix + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) header.length);
    } else {
      bytes.putInt(header.length);
    }
    return bytes.put(header).put(data).array();
  }
}
