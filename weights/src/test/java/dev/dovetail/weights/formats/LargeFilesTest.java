package dev.dovetail.weights.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.tensors.Region;
import dev.dovetail.weights.tensors.StoredTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of more than 4 GB, which are sparse and need little disk space. */
class LargeFilesTest {

  private static final long MANY = 1_200_000_000L;
  private static final float[] VALUES = {1.5f, -2, 3.25f};

  @TempDir Path folder;

  /** Loads classes, so that the times below measure only opening a file. */
  @BeforeAll
  static void loadClasses(@TempDir Path folder) throws IOException {
    Checkpoint.open(torch(folder.resolve("small.pth"), 10)).close();
    Checkpoint.open(safetensors(folder.resolve("small.safetensors"), 10)).close();
  }

  @Test
  void tensorAtALargeOffsetOfASafetensorsFileIsReadWithoutHeap() throws IOException {
    assertFarTensorIsRead(safetensors(folder.resolve("large.safetensors"), MANY));
  }

  @Test
  void tensorAtALargeOffsetOfAZip64CheckpointIsReadWithoutHeap() throws IOException {
    assertFarTensorIsRead(torch(folder.resolve("large.pth"), MANY));
  }

  /** A transposed view whose second half is above 4 GB, in another mapped segment. */
  @Test
  void stridedViewAcrossMappedSegmentsIsReadInRowMajorOrder() throws IOException {
    Path file = safetensors(folder.resolve("strided.safetensors"), MANY);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor many = checkpoint.tensors().get("many");
      long at = MANY - 2;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(floats(7, 8), many.offset() + at * 4);
        channel.write(floats(5, 6), many.offset());
      }
      Region all = many.region().orElseThrow();
      StoredTensor view =
          StoredTensor.view(
              "view",
              DType.FLOAT32,
              List.of(2L, 2L),
              List.of(1L, at),
              all,
              0,
              ByteOrder.LITTLE_ENDIAN);
      assertArrayEquals(new float[] {5, 7, 6, 8}, view.floats());
      assertTrue(view.region().isEmpty());
    }
  }

  private static void assertFarTensorIsRead(Path file) throws IOException {
    long heap = allocated();
    long start = System.nanoTime();
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      assertTrue(seconds < 1, "opening took " + seconds + " s");
      StoredTensor far = checkpoint.tensors().get("far");
      assertTrue(far.offset() > 4L << 30, "far is at " + far.offset());
      assertArrayEquals(VALUES, far.floats());
      assertEquals(List.of(MANY), checkpoint.tensors().get("many").shape());
      assertEquals(new Region(file, far.offset(), 12), far.region().orElseThrow());
      long used = allocated() - heap;
      assertTrue(used < 8 << 20, "opening and reading allocated " + used + " bytes");
      System.out.printf(
          "%s: opened in %.1f ms, %d kB allocated%n",
          file.getFileName(), seconds * 1e3, used >> 10);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static Path safetensors(Path file, long many) throws IOException {
    String header =
        String.format(
            Locale.ROOT,
            """
        {"many":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]},\
        "far":{"dtype":"F32","shape":[3],"data_offsets":[%d,%d]}}""",
            many,
            many * 4,
            many * 4,
            many * 4 + 12);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(json.length).put(json).flip();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(start, 0);
      channel.write(floats(VALUES), 8 + json.length + many * 4);
    }
    return file;
  }

  private static Path torch(Path file, long many) throws IOException {
    byte[] program =
        new PickleProgram()
            .raw("}")
            .text("many")
            .tensor("FloatStorage", "0", many, 0, new long[] {many}, new long[] {1})
            .raw("s")
            .text("far")
            .tensor("FloatStorage", "1", 3, 0, new long[] {3}, new long[] {1})
            .raw("s")
            .end();
    try (ZipWriter zip = new ZipWriter(file)) {
      zip.store("archive/data.pkl", program);
      zip.reserve("archive/data/0", many * 4);
      zip.store("archive/data/1", floats(VALUES).array());
    }
    return file;
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.flip();
  }
}
