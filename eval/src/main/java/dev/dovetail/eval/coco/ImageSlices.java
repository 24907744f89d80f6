package dev.dovetail.eval.coco;

import dev.dovetail.data.coco.CocoFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Takes the images of a set into accumulators, in slices on all processors. */
final class ImageSlices {

  private static final int SLICES_PER_PROCESSOR = 8;

  private ImageSlices() {}

  /** Takes one image, by its number. */
  interface Step<A> {
    void accumulate(A into, int image) throws IOException;
  }

  /** The accumulator of all images; the slices are merged by ascending image. */
  static <A> A collect(int images, Supplier<A> empty, Step<A> step, BiConsumer<A, A> merge)
      throws IOException {
    int slices =
        Math.max(
            1, Math.min(images, SLICES_PER_PROCESSOR * Runtime.getRuntime().availableProcessors()));
    A whole = empty.get();
    try {
      IntStream.range(0, slices)
          .parallel()
          .mapToObj(s -> slice(images, s, slices, empty.get(), step))
          .toList()
          .forEach(slice -> merge.accept(whole, slice));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return whole;
  }

  private static <A> A slice(int images, int slice, int slices, A into, Step<A> step) {
    int from = (int) ((long) images * slice / slices);
    int to = (int) ((long) images * (slice + 1) / slices);
    try {
      for (int image = from; image < to; image++) {
        step.accumulate(into, image);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      // Another thread's IllegalArgumentException would arrive wrapped, with another message.
      throw new UncheckedIOException(new CocoFormatException(e.getMessage(), e));
    }
    return into;
  }
}
