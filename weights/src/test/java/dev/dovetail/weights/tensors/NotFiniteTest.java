package dev.dovetail.weights.tensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.core.Half;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NotFiniteTest {

  /** Longer than one window, and not a multiple of it. */
  private static final int N = 20_001;

  @TempDir Path folder;

  /** Many values that are finite in half precision, and one other value. */
  private static ArrayTensor tensor(DType type, int index, double value) {
    ByteBuffer bytes = ByteBuffer.allocate(N * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < N; i++) {
      double v = i == index ? value : (i % 3 - 1) * (i % 2 == 0 ? 65504 : 1e-7);
      switch (type) {
        case FLOAT64 -> bytes.putDouble(v);
        case FLOAT32 -> bytes.putFloat((float) v);
        case FLOAT16 -> bytes.putShort(Half.fromFloat((float) v));
        default -> bytes.putShort((short) (Float.floatToRawIntBits((float) v) >>> 16));
      }
    }
    return ArrayTensor.of("a.w", type, List.of((long) N), bytes.flip());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT64", "FLOAT32", "FLOAT16", "BFLOAT16"})
  void aSingleValueIsFoundAtAnyPosition(DType type) throws IOException {
    for (DType used : List.of(DType.FLOAT32, DType.FLOAT16)) {
      assertTrue(NotFinite.in(tensor(type, 0, 3), used).isEmpty());
      for (int index : new int[] {0, 1, 8191, 8192, N - 1}) {
        NotFinite nan = NotFinite.in(tensor(type, index, Double.NaN), used).orElseThrow();
        assertEquals(1, nan.nan());
        assertFalse(nan.onlyMinusInfinity());
        NotFinite plus =
            NotFinite.in(tensor(type, index, Double.POSITIVE_INFINITY), used).orElseThrow();
        assertEquals(1, plus.plus());
        NotFinite minus =
            NotFinite.in(tensor(type, index, Double.NEGATIVE_INFINITY), used).orElseThrow();
        assertEquals(1, minus.minus());
        assertTrue(minus.onlyMinusInfinity());
      }
    }
  }

  @Test
  void overflowOfANarrowerTypeIsDetectedAtItsLimit() throws IOException {
    for (double sign : new double[] {1, -1}) {
      ArrayTensor fits = tensor(DType.FLOAT32, 7, sign * 65519);
      assertTrue(NotFinite.in(fits, DType.FLOAT16).isEmpty());
      ArrayTensor large = tensor(DType.FLOAT32, 7, sign * 65520);
      assertTrue(NotFinite.in(large, DType.FLOAT32).isEmpty());
      NotFinite found = NotFinite.in(large, DType.FLOAT16).orElseThrow();
      assertEquals(1, found.large());
      assertFalse(found.onlyMinusInfinity());
      assertEquals(
          "'a.w' [20001] contains values that are not finite: 1 too large for float16 of 20001",
          found.sentence());
      ArrayTensor wide = tensor(DType.FLOAT64, 7, sign * 1e39);
      assertEquals(1, NotFinite.in(wide, DType.FLOAT32).orElseThrow().large());
      ArrayTensor brain = tensor(DType.BFLOAT16, 7, sign * 65536);
      assertEquals(1, NotFinite.in(brain, DType.FLOAT16).orElseThrow().large());
    }
  }

  @Test
  void integersAndEmptyTensorsAreFinite() throws IOException {
    ArrayTensor integers = ArrayTensor.of("i", new long[] {-1, 0x7ff8000000000000L}, 2);
    assertTrue(NotFinite.in(integers, DType.INT64).isEmpty());
    assertTrue(NotFinite.in(ArrayTensor.of("e", new float[0], 0), DType.FLOAT32).isEmpty());
  }

  @Test
  void theMessageNamesThePartOfAConcatenatedTensorAndItsNameInTheFile() throws IOException {
    Path file = folder.resolve("w.safetensors");
    float[] odd = {1, Float.NaN, Float.NEGATIVE_INFINITY, 2};
    List<ArrayTensor> tensors =
        List.of(
            ArrayTensor.of("module.q", new float[4], 2, 2), ArrayTensor.of("module.k", odd, 2, 2));
    Safetensors.write(file, tensors, Map.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StoredTensor k = checkpoint.tensors().get("k").permuted(List.of(1, 0));
      TensorSource joined =
          new ConcatenatedTensor("qk", List.of(checkpoint.tensors().get("q"), k), 0);
      assertEquals(
          "'k' [2, 2] (stored as 'module.k') contains values that are not finite: 1 NaN, 1"
              + " infinite of 4",
          NotFinite.in(joined, DType.FLOAT32).orElseThrow().sentence());
    }
  }
}
