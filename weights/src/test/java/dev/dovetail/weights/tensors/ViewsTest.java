package dev.dovetail.weights.tensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.core.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsTest {

  @TempDir Path folder;

  /**
   * Checks random shapes, strides (including zero), offsets, types and byte orders, element by
   * element.
   */
  @Test
  void viewsReadTheElementsOfTheirStrides() throws IOException {
    byte[] content = new byte[40_000];
    new Random(1).nextBytes(content);
    Path file = Files.write(folder.resolve("storage"), content);
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      DType type = DType.values()[random.nextInt(DType.values().length)];
      List<Long> shape = new ArrayList<>();
      List<Long> strides = new ArrayList<>();
      for (int axis = random.nextInt(5); axis > 0; axis--) {
        shape.add((long) random.nextInt(axis == 1 && seed % 7 > 0 ? 2 : 1, 6));
        strides.add((long) random.nextInt(30));
      }
      if (random.nextInt(3) == 0) {
        strides = new ArrayList<>(Shapes.rowMajor(shape));
      }
      if (random.nextInt(3) == 0) {
        Collections.shuffle(strides, random);
      }
      int first = random.nextInt(50);
      ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      Region storage = new Region(file, random.nextInt(9), 30_000);
      StoredTensor view = StoredTensor.view("v", type, shape, strides, storage, first, order);
      byte[] expected =
          expected(content, view, storage.offset() + (long) first * type.bytes(), order);
      assertArrayEquals(expected, Tensors.bytes(view, type), "seed " + seed);
      boolean contiguous = Shapes.contiguous(shape, strides);
      assertEquals(
          contiguous && (order == ByteOrder.LITTLE_ENDIAN || type.bytes() == 1),
          view.region().isPresent(),
          "seed " + seed);
    }
  }

  private static byte[] expected(byte[] content, StoredTensor view, long start, ByteOrder order) {
    int size = view.type().bytes();
    ByteBuffer expected = ByteBuffer.allocate((int) view.elements() * size);
    for (long element = 0; element < view.elements(); element++) {
      long rest = element;
      long at = start;
      for (int axis = view.shape().size() - 1; axis >= 0; axis--) {
        at += rest % view.shape().get(axis) * view.strides().get(axis) * size;
        rest /= view.shape().get(axis);
      }
      for (int i = 0; i < size; i++) {
        int from = order == ByteOrder.LITTLE_ENDIAN ? i : size - 1 - i;
        expected.put(content[(int) at + from]);
      }
    }
    return expected.array();
  }

  @Test
  void tensorLargerThanTheWindowIsConvertedCompletely() throws IOException {
    int count = (1 << 17) + 3;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 2048;
    }
    ArrayTensor tensor = ArrayTensor.of("w", values, count);
    byte[] half = Tensors.bytes(tensor, DType.FLOAT16);
    ArrayTensor back =
        ArrayTensor.of("w", DType.FLOAT16, List.of((long) count), ByteBuffer.wrap(half));
    assertArrayEquals(values, back.floats());
  }
}
