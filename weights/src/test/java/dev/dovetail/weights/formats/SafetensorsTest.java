package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.StoredTensor;
import dev.dovetail.weights.tensors.TensorSource;
import dev.dovetail.weights.tensors.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void writtenTensorsAreReadBack() throws IOException {
    List<ArrayTensor> tensors =
        List.of(
            ArrayTensor.of("odd", new byte[] {1, 2, -1}, 3),
            ArrayTensor.of("boxes", new float[] {1.5f, Float.NaN, -0f, 4}, 2, 2),
            ArrayTensor.of("labels", new long[] {-1, Long.MAX_VALUE}, 2),
            ArrayTensor.of("levels", new int[] {7}, 1),
            ArrayTensor.of("keep", new boolean[] {true, false, true}, 3, 1),
            ArrayTensor.of("nothing", new float[0], 0, 4),
            ArrayTensor.of("scalar", new float[] {2}));
    Path file = folder.resolve("written.safetensors");
    Safetensors.write(file, tensors, Map.of("format", "pt"));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertEquals(Map.of("format", "pt"), checkpoint.meta());
      assertEquals(
          tensors.stream().map(TensorSource::name).toList(),
          List.copyOf(checkpoint.tensors().keySet()));
      for (ArrayTensor tensor : tensors) {
        StoredTensor read = checkpoint.tensors().get(tensor.name());
        assertEquals(tensor.type(), read.type());
        assertEquals(tensor.shape(), read.shape());
        assertEquals(0, read.offset() % tensor.type().bytes(), tensor.name() + " is not aligned");
        assertArrayEquals(Tensors.bytes(tensor, tensor.type()), Tensors.bytes(read, tensor.type()));
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void checkpointCanBeWrittenFromAnotherWithoutLoadingIt() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Safetensors.write(first, List.of(ArrayTensor.of("w", new float[] {1, 2}, 2)), Map.of());
    Path second = folder.resolve("second.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(first)) {
      Safetensors.write(second, checkpoint.tensors().values(), Map.of());
      assertEquals(-1, Files.mismatch(first, second));
    }
  }

  @Test
  void twoTensorsWithTheSameNameAreNotWritten() {
    ArrayTensor w = ArrayTensor.of("w", new float[] {1}, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> Safetensors.write(folder.resolve("x.safetensors"), List.of(w, w), Map.of()));
  }

  /** Lengths whose bytes look like the start of a pickle program or of a zip file. */
  @Test
  void headerLengthThatLooksLikeAnotherFormatIsAccepted() throws IOException {
    for (int length : new int[] {0x0280, 0x0580, 0x4b50, 0x14b50}) {
      String start = "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
      String json = start + " ".repeat(length - start.length() - 1) + "}";
      Path file = folder.resolve("length" + length + ".bin");
      write(file, length, json.getBytes(StandardCharsets.UTF_8), 1);
      assertEquals(1, Checkpoint.open(file).tensors().size());
    }
  }

  @Test
  void inconsistentHeadersAreRejected() throws IOException {
    assertRefused(tensor("'F32'", "[2]", "[0,8]"), 7, "'w'", "bytes 0 to 8", "contains 7");
    assertRefused(tensor("'F32'", "[2]", "[0,8]"), 9, "9 bytes of data");
    assertRefused(tensor("'F32'", "[3]", "[0,8]"), 8, "'w'", "[3]", "8 bytes");
    assertRefused(tensor("'F32'", "[2]", "[8,0]"), 8, "'w'", "bytes 8 to 0");
    assertRefused(tensor("'F32'", "[2]", "[4,12]"), 12, "'w'", "starts at byte 4");
    assertRefused(tensor("'F32'", "[-2]", "[0,8]"), 8, "'w'", "shape");
    assertRefused(tensor("'F32'", "[2]", "[-8,0]"), 8, "'w'", "data_offsets");
    assertRefused(tensor("'F32'", "[2.0]", "[0,8]"), 8, "'w'", "shape");
    assertRefused(tensor("'F32'", "2", "[0,8]"), 8, "'w'", "shape");
    assertRefused(tensor("'F32'", "[2]", "[0,8,9]"), 8, "'w'", "data_offsets");
    assertRefused(tensor("'F31'", "[2]", "[0,8]"), 8, "'w'", "'F31'");
    assertRefused(tensor("32", "[2]", "[0,8]"), 8, "'w'", "dtype");
    String big = "4294967296";
    assertRefused(tensor("'U8'", "[" + big + "," + big + "]", "[0,0]"), 0, "'w'");
    assertRefused(tensor("'U8'", "[36893488147419103232]", "[0,8]"), 8, "'w'", "shape");
    assertRefused(tensor("'F64'", "[2305843009213693952]", "[0,0]"), 0, "'w'");
    assertRefused(tensor("'U8'", "[" + "1,".repeat(64) + "1]", "[0,1]"), 1, "'w'", "at most 64");
    assertRefused("{'w':7}", 0, "'w'");
    assertRefused("{'w':{}}", 0, "'w'", "lacks");
    assertRefused("[]", 0, "not an object");
    assertRefused("{}{}", 0, "more than one JSON object in its header");
    assertRefused("{'w':", 0, "JSON");
    assertRefused("{'__metadata__':{'a':1}}", 0, "__metadata__", "'a'");
    assertRefused("{}", 0, "no tensors");
    String two = "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'%s':{'dtype':'U8',";
    assertRefused(two.formatted("b") + "'shape':[4],'data_offsets':[2,6]}}", 6, "'b'", "overlap");
    assertRefused(two.formatted("b") + "'shape':[4],'data_offsets':[5,9]}}", 9, "'b'", "gap");
    assertRefused(two.formatted("a") + "'shape':[4],'data_offsets':[4,8]}}", 8, "Duplicate", "'a'");
    assertRefused("{'w':".repeat(1000), 0, "JSON");
  }

  @Test
  void headerThatIsNotUtf8IsRejected() throws IOException {
    byte[] json =
        "{\"?\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}".getBytes("ASCII");
    json[2] = (byte) 0xc0;
    Path file = folder.resolve("latin.safetensors");
    write(file, json.length, json, 1);
    assertRefused(file, "not UTF-8 at byte 10");
  }

  @Test
  void headerLongerThanTheFileIsRejected() throws IOException {
    for (long length : new long[] {3, 1 << 20, Long.MAX_VALUE, -1, 0, 1}) {
      Path file = folder.resolve("length" + length + ".safetensors");
      write(file, length, new byte[] {'{', '}'}, 0);
      assertRefused(file, Long.toUnsignedString(length), "10 bytes");
    }
    Path empty = Files.createFile(folder.resolve("empty.safetensors"));
    assertRefused(empty, "0 bytes");
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{'w':{'dtype':" + dtype + ",'shape':" + shape + ",'data_offsets':" + offsets + "}}";
  }

  private void assertRefused(String json, int data, String... words) throws IOException {
    Path file = folder.resolve("refused.safetensors");
    byte[] header = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    write(file, header.length, header, data);
    assertRefused(file, words);
  }

  private static void assertRefused(Path file, String... words) {
    IOException e = assertThrows(IOException.class, () -> Checkpoint.open(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), () -> word + " is not in: " + e.getMessage());
    }
  }

  private static void write(Path file, long length, byte[] header, int data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
    bytes.writeBytes(header);
    bytes.writeBytes(new byte[data]);
    Files.write(file, bytes.toByteArray());
  }
}
