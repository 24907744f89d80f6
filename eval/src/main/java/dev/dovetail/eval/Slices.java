package dev.dovetail.eval;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Works on a set in consecutive slices, on all processors. */
public final class Slices {

  /** More slices than processors, so that none waits long for the last. */
  private static final int PER_PROCESSOR = 8;

  private Slices() {}

  /** What is done with the elements {@code from} to {@code to - 1} of a set. */
  @FunctionalInterface
  public interface Body<T> {
    /**
     * Does it.
     *
     * @param from the first element
     * @param to the element after the last
     * @return what was made of the slice
     * @throws IOException what the slice ends with
     */
    T of(int from, int to) throws IOException;
  }

  /**
   * {@return what the body makes of each slice, in the order of the set}
   *
   * @param <T> what the body makes of a slice
   * @param size elements of the set
   * @param body what to do with a slice
   * @throws IOException the first that a slice ends with; others may be under way
   */
  public static <T> List<T> of(int size, Body<T> body) throws IOException {
    int slices = Math.min(size, PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
    try {
      return IntStream.range(0, slices)
          .parallel()
          .mapToObj(
              slice -> slice(body, bound(size, slice, slices), bound(size, slice + 1, slices)))
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static <T> T slice(Body<T> body, int from, int to) {
    try {
      return body.of(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes one element of a set, by its number. */
  @FunctionalInterface
  public interface Step<A> {
    /**
     * Takes it.
     *
     * @param into the accumulator
     * @param element counted from 0
     * @throws IOException what the slice ends with
     */
    void accumulate(A into, int element) throws IOException;
  }

  /**
   * {@return the accumulator of all elements} The slices are merged in the order of the set.
   *
   * @param <A> the accumulator
   * @param size elements of the set
   * @param empty makes one
   * @param step adds an element to one
   * @param merge adds the second to the first
   * @throws IOException what a step ends with; of an {@link IllegalArgumentException} a {@link
   *     FormatException} with its message
   */
  public static <A> A collect(int size, Supplier<A> empty, Step<A> step, BiConsumer<A, A> merge)
      throws IOException {
    A whole = empty.get();
    of(size, (from, to) -> accumulated(from, to, empty.get(), step))
        .forEach(slice -> merge.accept(whole, slice));
    return whole;
  }

  private static <A> A accumulated(int from, int to, A into, Step<A> step) throws IOException {
    try {
      for (int element = from; element < to; element++) {
        step.accumulate(into, element);
      }
    } catch (IllegalArgumentException e) {
      // Another thread's IllegalArgumentException would arrive wrapped, with another message.
      throw new FormatException(e.getMessage(), e);
    }
    return into;
  }

  /**
   * {@return where a slice of a set begins; the slice after the last begins at the end}
   *
   * @param size elements of the set
   * @param slice counted from 0
   * @param slices how many there are
   */
  public static int bound(int size, int slice, int slices) {
    return (int) ((long) size * slice / slices);
  }
}
