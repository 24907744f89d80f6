package dev.dovetail.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorDataTest {

  @Test
  void elementsArePreserved() {
    float[] values = {1.5f, -2, Float.NaN, Float.NEGATIVE_INFINITY};
    assertArrayEquals(values, TensorData.of(values, 2, 2).floats());
    assertArrayEquals(
        new long[] {1L << 40, -1}, TensorData.of(new long[] {1L << 40, -1}, 2).longs());
    assertArrayEquals(new long[] {-7}, TensorData.of(new int[] {-7}, 1).longs());
    assertArrayEquals(new long[] {1, 0}, TensorData.of(new boolean[] {true, false}, 2).longs());
    assertArrayEquals(new long[] {255}, TensorData.of(new byte[] {-1}, 1).longs());
  }

  /** Returns the elements whose bytes are all 255, by type. */
  @ParameterizedTest
  @CsvSource({
    "INT64, -1",
    "INT32, -1",
    "INT16, -1",
    "INT8, -1",
    "UINT64, -1",
    "UINT32, 4294967295",
    "UINT16, 65535",
    "UINT8, 255"
  })
  void integersAreSignedWhereTheirTypeIs(DType type, long expected) {
    ByteBuffer ones = ByteBuffer.allocate(type.bytes());
    while (ones.hasRemaining()) {
      ones.put((byte) 0xff);
    }
    TensorData data = TensorData.of(TensorType.of(type, 1), ones.flip());
    assertArrayEquals(new long[] {expected}, data.longs());
  }

  @Test
  void rowsAndRangesAreCopied() {
    TensorData data = TensorData.of(new float[] {0, 1, 2, 3, 4, 5}, 3, 2);
    assertArrayEquals(new float[] {2, 3}, data.row(1));
    assertArrayEquals(new float[] {3, 4, 5}, data.floats(3, 3));
  }

  @Test
  void aWrongNumberOfBytesIsRejected() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> TensorData.of(new float[] {1, 2, 3}, 2, 2));
    assertTrue(e.getMessage().contains("12 bytes"), e.getMessage());
    assertTrue(e.getMessage().contains("float32[2, 2], expected 16"), e.getMessage());
  }

  @Test
  void elementsOfAnotherTypeAreRejected() {
    assertThrows(IllegalStateException.class, () -> TensorData.scalar(1L).floats());
    assertThrows(IllegalStateException.class, () -> TensorData.scalar(1f).longs());
  }

  @Test
  void bytesAreReadOnlyAndLittleEndian() {
    ByteBuffer bytes = TensorData.scalar(1L).bytes();
    assertTrue(bytes.isReadOnly());
    assertEquals(ByteOrder.LITTLE_ENDIAN, bytes.order());
    assertEquals(1, bytes.get(0));
  }

  @Test
  void halfPrecisionRoundsOnlyFloats() {
    TensorData half = TensorData.of(new float[] {1, 65520, 0x1p-25f}, 3).toHalf();
    assertEquals(TensorType.of(DType.FLOAT16, 3), half.type());
    assertEquals(0x3c00, half.bytes().getShort(0));
    assertEquals(0x7c00, half.bytes().getShort(2), "too large");
    assertEquals(0, half.bytes().getShort(4), "a tie between 0 and the smallest");
    TensorData longs = TensorData.scalar(3L);
    assertSame(longs, longs.toHalf());
  }

  @Test
  void nonFiniteElementsAreCounted() {
    float[] values = {1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-45f};
    assertEquals(3, TensorData.of(values, 5).oddities());
    assertEquals(3, TensorData.of(values, 5).toHalf().oddities());
    assertEquals(0, TensorData.scalar(7L).oddities());
  }

  @Test
  void elementsComputedInFloat32CanAlsoBeExact() {
    double[] exact = {0.1, 1 / 3.0};
    float[] computed = {0.1f, Math.nextUp(1 / 3f)};
    TensorData both = TensorData.of(computed, exact, 2);
    assertArrayEquals(computed, both.floats());
    assertArrayEquals(exact, both.doubles());
    assertThrows(
        IllegalArgumentException.class, () -> TensorData.of(computed, new double[] {0.1}, 2));
  }
}
