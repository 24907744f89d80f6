package dev.dovetail.models;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.images.Image;
import dev.dovetail.images.PixelNormalization;
import dev.dovetail.images.Preprocess;
import java.util.Arrays;
import java.util.List;

/**
 * The start of a whole graph, which converts 8-bit pixels to a normalized image as in the
 * reference.
 */
public final class ImageInputs {

  private ImageInputs() {}

  /**
   * Declares images that are prepared according to {@code preprocess}.
   *
   * @param fill whether images never have padding
   */
  static ImageBatch of(Scope s, Tensor pixels, Preprocess preprocess, boolean fill) {
    ImageBatch images = normalise(s, pixels, preprocess);
    return fill ? images.filled() : images;
  }

  /**
   * Normalizes images, then sets the padding of each image to 0.
   *
   * @param pixels uint8 [batch, height, width, 3], BGR
   * @return the images in the model's channel order, with their geometry as inputs of the graph
   */
  public static ImageBatch normalise(Scope s, Tensor pixels, PixelNormalization normalization) {
    return normalise(s, pixels, normalization, new float[3]);
  }

  /** Normalizes images, then sets the padding of each image to the value in {@code preprocess}. */
  public static ImageBatch normalise(Scope s, Tensor pixels, Preprocess preprocess) {
    return normalise(s, pixels, preprocess.normalization(), preprocess.beside());
  }

  private static ImageBatch normalise(
      Scope s, Tensor pixels, PixelNormalization normalization, float[] padding) {
    ImageBatch images = ImageBatch.ofInputs(s, standardize(s, pixels, normalization));
    return images.with(s.tap("", fillPadding(s, images.pixels(), images.shape(), padding)));
  }

  /**
   * Subtracts the mean and divides by the standard deviation, in float32. The reference multiplies
   * by the reciprocal in double instead (spec heads A1.3). Rounded to float32 this is the same
   * number, because the quotient of two float32 numbers is never that close to the midpoint of two
   * others.
   *
   * @param pixels uint8 [batch, height, width, 3], BGR
   * @return [batch, 3, height, width] in the model's channel order
   */
  private static Tensor standardize(Scope s, Tensor pixels, PixelNormalization normalization) {
    return s.run(
        () -> {
          long[] order = new long[Image.CHANNELS];
          Arrays.setAll(order, normalization::sourceChannel);
          return pixels
              .permute(0, 3, 1, 2)
              .gather(1, s.constant(order))
              .cast(DType.FLOAT32)
              .minus(perChannel(s, normalization.mean()))
              .div(perChannel(s, normalization.std()));
        });
  }

  private static Tensor perChannel(Scope s, List<Float> values) {
    float[] data = {values.get(0), values.get(1), values.get(2)};
    return s.constant(TensorData.of(data, 1, Image.CHANNELS, 1, 1));
  }

  /**
   * Sets the padding of each image; most references pad after normalizing.
   *
   * @param image [batch, 3, height, width]
   * @param shape int64 [batch, 2]: height and width of each image without padding
   * @param padding the padding value of each channel
   */
  private static Tensor fillPadding(Scope s, Tensor image, Tensor shape, float[] padding) {
    return s.run(
        () -> {
          int batch = image.dim(0);
          Tensor rows = s.constant(iota(image.dim(2))).reshape(1, 1, image.dim(2), 1);
          Tensor columns = s.constant(iota(image.dim(3))).reshape(1, 1, 1, image.dim(3));
          Tensor inside =
              rows.less(shape.slice(1, 0, 1).reshape(batch, 1, 1, 1))
                  .and(columns.less(shape.slice(1, 1, 2).reshape(batch, 1, 1, 1)));
          return Arrays.equals(padding, new float[3])
              ? inside.where(image, 0)
              : inside.where(image, s.constant(TensorData.of(padding, 1, 3, 1, 1)));
        });
  }

  private static long[] iota(int n) {
    return java.util.stream.LongStream.range(0, n).toArray();
  }
}
