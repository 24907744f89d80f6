package dev.dovetail.models.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.core.DType;
import dev.dovetail.graph.TensorData;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/** Compares an output with that of the reference according to the rules in the fixtures' README. */
final class Comparison {

  /** Pixels of label maps and pasted masks that may differ: near ties. */
  private static final double DISCRETE_PIXELS = 0.001;

  private Comparison() {}

  /**
   * @param tolerance maximum absolute difference of floating-point values; integers must be equal
   */
  static void assertMatches(String name, TensorData expected, TensorData actual, double tolerance) {
    assertNotNull(actual, name + " was not computed");
    assertEquals(expected.type().shape(), actual.type().shape(), name + " has another shape");
    long n = expected.type().shape().elements();
    if (expected.type().dtype() == DType.FLOAT32) {
      double worst = 0;
      for (int i = 0; i < n; i++) {
        double difference = Math.abs((double) float32(expected, i) - float32(actual, i));
        worst = difference <= worst ? worst : difference; // keeps NaN
      }
      assertTrue(worst <= tolerance, name + " is off by " + worst + ", allowed " + tolerance);
    } else {
      long differ = 0;
      for (int i = 0; i < n; i++) {
        differ += integer(expected, i) == integer(actual, i) ? 0 : 1;
      }
      boolean pixels = name.endsWith("argmax") || name.endsWith("masks");
      assertTrue(
          differ <= (pixels ? DISCRETE_PIXELS * n : 0),
          name + " differs in " + differ + " of " + n);
    }
  }

  /** Returns the largest absolute value. */
  static double largest(TensorData data) {
    return IntStream.range(0, Math.toIntExact(data.type().shape().elements()))
        .mapToDouble(i -> Math.abs(float32(data, i)))
        .max()
        .orElse(0);
  }

  private static float float32(TensorData data, int i) {
    return data.bytes().getFloat(i * Float.BYTES);
  }

  private static long integer(TensorData data, int i) {
    ByteBuffer b = data.bytes();
    return switch (data.type().dtype()) {
      case INT64 -> b.getLong(i * Long.BYTES);
      case INT32 -> b.getInt(i * Integer.BYTES);
      case UINT16 -> Short.toUnsignedLong(b.getShort(i * Short.BYTES));
      case UINT8, BOOL -> Byte.toUnsignedLong(b.get(i));
      default -> throw new IllegalArgumentException(data.type() + " where integers were expected");
    };
  }
}
