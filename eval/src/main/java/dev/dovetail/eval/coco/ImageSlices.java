package dev.dovetail.eval.coco;

import dev.dovetail.eval.Slices;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Takes the images of a set into accumulators, on all processors. */
final class ImageSlices {

  private ImageSlices() {}

  /** Takes one image, by its number. */
  interface Step<A> {
    void accumulate(A into, int image) throws IOException;
  }

  /** The accumulator of all images; the slices are merged by ascending image. */
  static <A> A collect(int images, Supplier<A> empty, Step<A> step, BiConsumer<A, A> merge)
      throws IOException {
    A whole = empty.get();
    Slices.of(images, (from, to) -> slice(from, to, empty.get(), step))
        .forEach(slice -> merge.accept(whole, slice));
    return whole;
  }

  private static <A> A slice(int from, int to, A into, Step<A> step) throws IOException {
    try {
      for (int image = from; image < to; image++) {
        step.accumulate(into, image);
      }
    } catch (IllegalArgumentException e) {
      // Another thread's IllegalArgumentException would arrive wrapped, with another message.
      throw new FormatException(e.getMessage(), e);
    }
    return into;
  }
}
