package dev.dovetail.heads.boxes;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Indexing;
import dev.dovetail.graph.Reduction;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.Boxes;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Converts a list of the elements of several images, ordered by image, to an array with one padded
 * row for each image.
 *
 * @param count int64 [images]: number of elements of each image
 * @param index int64 [images, most]: positions of an image's elements in the list; the length of
 *     the list stands for padding
 */
public record PadToBatch(Tensor count, Tensor index) {

  /**
   * Groups elements by image.
   *
   * @param image int64 [n], ascending: index of the element's image
   */
  public static PadToBatch of(Scope s, Tensor image, int images) {
    Tensor each = s.constant(TensorData.of(LongStream.range(0, images).toArray(), images, 1));
    Tensor count = each.equal(image).cast(DType.INT64).sum(1, true); // [images, 1]
    Tensor end = count.apply(new Reduction.CumSum(0));
    Tensor place =
        s.constant(TensorData.scalar(0L))
            .apply(
                new Indexing.RangeTo(),
                count.squeeze(1).max(0, false),
                s.constant(TensorData.scalar(1L)));
    Tensor total = image.runtimeShape();
    Tensor index = place.less(count).where(end.minus(count).plus(place), total);
    return new PadToBatch(count.squeeze(1), index);
  }

  /**
   * Arranges the elements of a list in one row for each image.
   *
   * @param list [n, ...]
   * @return [images, most, ...], padded with {@code filler}
   */
  public Tensor pad(Tensor list, int filler) {
    int[] row = list.shape().with(0, 1).dims();
    int size = Arrays.stream(row).reduce(1, (a, b) -> a * b);
    TensorData fill;
    if (list.dtype() == DType.INT64) {
      long[] values = new long[size];
      Arrays.fill(values, filler);
      fill = TensorData.of(values, row);
    } else {
      float[] values = new float[size];
      Arrays.fill(values, filler);
      fill = TensorData.of(values, row);
    }
    return Tensor.concat(0, list, list.constant(fill)).gather(0, index);
  }

  /** Arranges objects without masks. */
  public Boxes boxes(ObjectList objects) {
    return boxes(objects, Optional.empty());
  }

  /**
   * Arranges objects with masks.
   *
   * @param masks [n, side, side]
   */
  public Boxes boxes(ObjectList objects, Tensor masks) {
    return boxes(objects, Optional.of(masks));
  }

  /**
   * Arranges objects with or without masks.
   *
   * @param masks [n, side, side]
   */
  public Boxes boxes(ObjectList objects, Optional<Tensor> masks) {
    return new Boxes(
        pad(objects.boxes(), 0),
        pad(objects.scores(), 0),
        pad(objects.labels(), -1),
        count(),
        masks.map(m -> pad(m, 0)));
  }
}
