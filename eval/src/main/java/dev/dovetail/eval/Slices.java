package dev.dovetail.eval;

import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Processes a data set in consecutive slices on all processors. */
public final class Slices {

  /** More slices than processors, to balance the load. */
  private static final int PER_PROCESSOR = 8;

  private Slices() {}

  /** Processes the elements {@code from} to {@code to - 1} of a data set. */
  @FunctionalInterface
  public interface Body<T> {
    /**
     * Processes a slice.
     *
     * @param from the first element
     * @param to the element after the last
     * @return the result of the slice
     * @throws IOException if the slice fails
     */
    T of(int from, int to) throws IOException;
  }

  /**
   * {@return the result of each slice, in the order of the data set}
   *
   * @param <T> the type of a slice's result
   * @param size number of elements in the data set
   * @param body processes a slice
   * @throws IOException if a slice fails; other slices may still be running
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

  /** Accumulates one element of a data set. */
  @FunctionalInterface
  public interface Step<A> {
    /**
     * Accumulates an element.
     *
     * @param into the accumulator
     * @param element its index
     * @throws IOException if the element cannot be processed
     */
    void accumulate(A into, int element) throws IOException;
  }

  /**
   * {@return the accumulator of all elements} The slices are merged in the order of the data set.
   *
   * @param <A> the type of the accumulator
   * @param size number of elements in the data set
   * @param empty creates an accumulator
   * @param step adds an element to an accumulator
   * @param merge adds the second accumulator to the first
   * @throws IOException if a step fails. An {@link IllegalArgumentException} of a step is rethrown
   *     as a {@link FormatException} with the same message
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
      // An IllegalArgumentException of another thread would arrive wrapped and with another
      // message.
      throw new FormatException(e.getMessage(), e);
    }
    return into;
  }

  /**
   * {@return the first element of a slice; for the index after the last slice, the size of the data
   * set}
   *
   * @param size number of elements in the data set
   * @param slice index of the slice
   * @param slices number of slices
   */
  public static int bound(int size, int slice, int slices) {
    return (int) ((long) size * slice / slices);
  }
}
