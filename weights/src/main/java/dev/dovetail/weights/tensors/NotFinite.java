package dev.dovetail.weights.tensors;

import dev.dovetail.core.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A summary of a tensor's elements that are not finite numbers.
 *
 * @param tensor the tensor, or the affected part of a concatenated tensor
 * @param type the type with which the elements are used
 * @param nan number of NaN elements
 * @param plus number of elements that are plus infinity
 * @param minus number of elements that are minus infinity
 * @param large number of finite elements that become infinite in {@code type}
 */
public record NotFinite(
    TensorSource tensor, DType type, long nan, long plus, long minus, long large) {

  /** Number of elements that are checked together; data in the L1 cache is fastest. */
  private static final int WINDOW = 1 << 13;

  /**
   * Checks a tensor.
   *
   * @param tensor the tensor
   * @param type the type with which it will be used; the maximum of half precision is 65504
   * @return empty if all its elements are finite in that type, or they are integers
   * @throws IOException if it cannot be read
   */
  public static Optional<NotFinite> in(TensorSource tensor, DType type) throws IOException {
    if (tensor instanceof ConcatenatedTensor joined) {
      for (TensorSource part : joined.parts()) {
        Optional<NotFinite> found = in(part, type);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    return !tensor.type().isFloat() || !isSuspicious(tensor, type)
        ? Optional.empty()
        : Optional.of(count(tensor, type));
  }

  /**
   * {@return whether all non-finite elements are minus infinity, which is a mask when added to
   * scores}
   */
  public boolean onlyMinusInfinity() {
    return nan + plus + large == 0;
  }

  /**
   * Describes the elements, as in {@code 'conv1.weight' [64, 3, 7, 7] contains values that are not
   * finite}.
   *
   * @return the description
   */
  public String sentence() {
    String stored =
        tensor instanceof StoredTensor s && !s.storedName().equals(s.name())
            ? " (stored as " + CheckpointException.quote(s.storedName()) + ")"
            : "";
    String found =
        Stream.of(
                words(nan, "NaN"),
                words(plus + minus, "infinite"),
                words(large, "too large for " + type))
            .filter(words -> !words.isEmpty())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s %s%s contains values that are not finite: %s of %d",
        CheckpointException.quote(tensor.name()),
        Shapes.text(tensor.shape()),
        stored,
        found,
        tensor.elements());
  }

  private static String words(long count, String what) {
    return count == 0 ? "" : count + " " + what;
  }

  /**
   * Returns whether the magnitude of an element reaches the limit. The bits of magnitudes have the
   * same order as the magnitudes, with NaN last. Therefore, an addition that carries into the sign
   * bit detects it.
   */
  private static boolean isSuspicious(TensorSource tensor, DType type) throws IOException {
    int size = tensor.type().bytes();
    int window = (int) Math.min(tensor.elements(), WINDOW);
    ByteBuffer bytes = ByteBuffer.allocateDirect(window * size).order(ByteOrder.LITTLE_ENDIAN);
    Bits bits = Bits.of(tensor.type(), type, window);
    try (ElementReader reader = tensor.reader()) {
      for (long left = tensor.elements(); left > 0; left -= window) {
        int n = (int) Math.min(left, window);
        reader.read(bytes.clear().limit(n * size));
        if (bits.reachLimit(bytes.flip(), n)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The elements of a window as integers, in arrays of a type for which loops are fast. */
  private sealed interface Bits {

    boolean reachLimit(ByteBuffer bytes, int n);

    static Bits of(DType stored, DType used, int window) {
      double limit = limit(used);
      return switch (stored) {
        case FLOAT64 -> new Longs(new long[window], Double.doubleToRawLongBits(limit));
        case FLOAT32 -> new Ints(new int[window], Float.floatToRawIntBits((float) limit));
        case FLOAT16 -> new Shorts(new short[window], 0x7c00);
        default ->
            new Shorts(new short[window], Float.floatToRawIntBits((float) limit) + 0xffff >>> 16);
      };
    }
  }

  /** The smallest number that is rounded to infinity. */
  private static double limit(DType type) {
    return switch (type) {
      case FLOAT16 -> 65520;
      case FLOAT32 -> 0x1.ffffffp127;
      default -> Double.POSITIVE_INFINITY;
    };
  }

  private record Longs(long[] values, long limit) implements Bits {
    @Override
    public boolean reachLimit(ByteBuffer bytes, int n) {
      bytes.asLongBuffer().get(values, 0, n);
      long carry = Long.MIN_VALUE - limit;
      long any = 0;
      for (int i = 0; i < n; i++) {
        any |= (values[i] & Long.MAX_VALUE) + carry;
      }
      return any < 0;
    }
  }

  private record Ints(int[] values, int limit) implements Bits {
    @Override
    public boolean reachLimit(ByteBuffer bytes, int n) {
      bytes.asIntBuffer().get(values, 0, n);
      int carry = Integer.MIN_VALUE - limit;
      int any = 0;
      for (int i = 0; i < n; i++) {
        any |= (values[i] & Integer.MAX_VALUE) + carry;
      }
      return any < 0;
    }
  }

  private record Shorts(short[] values, int limit) implements Bits {
    @Override
    public boolean reachLimit(ByteBuffer bytes, int n) {
      bytes.asShortBuffer().get(values, 0, n);
      int carry = 0x8000 - limit;
      int any = 0;
      for (int i = 0; i < n; i++) {
        any |= (values[i] & 0x7fff) + carry;
      }
      return any >= 0x8000;
    }
  }

  private static NotFinite count(TensorSource tensor, DType type) throws IOException {
    long[] counts = new long[4];
    double limit = limit(type);
    tensor.forEach(
        value -> {
          if (Double.isNaN(value)) {
            counts[0]++;
          } else if (Double.isInfinite(value)) {
            counts[value > 0 ? 1 : 2]++;
          } else if (Math.abs(value) >= limit) {
            counts[3]++;
          }
        });
    return new NotFinite(tensor, type, counts[0], counts[1], counts[2], counts[3]);
  }
}
