package dev.dovetail.graph.network;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.PaddingMask;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Normalized images, padded to one size, and the geometry of each image. The geometry becomes an
 * input of the graph only if the network or the task requests it.
 */
public final class ImageBatch {

  private final Tensor pixels;
  private final boolean filled;
  private final Map<String, Supplier<Tensor>> geometry = new LinkedHashMap<>();
  private final Map<String, Tensor> known = new LinkedHashMap<>();

  private ImageBatch(
      Tensor pixels,
      boolean filled,
      Supplier<Tensor> shape,
      Supplier<Tensor> original,
      Supplier<Tensor> scale) {
    this.pixels = pixels;
    this.filled = filled;
    geometry.put("img_shape", shape);
    geometry.put("ori_shape", original);
    geometry.put("scale_factor", scale);
  }

  /**
   * Creates a batch with the geometry as graph inputs: {@code img_shape}, {@code ori_shape} and
   * {@code scale_factor}.
   *
   * @param s any scope of the graph
   * @param pixels float32 [batch, 3, height, width]
   */
  public static ImageBatch ofInputs(Scope s, Tensor pixels) {
    int batch = pixels.dim(0);
    return new ImageBatch(
        pixels,
        false,
        () -> s.trace().input("img_shape", DType.INT64, batch, 2),
        () -> s.trace().input("ori_shape", DType.INT64, batch, 2),
        () -> s.trace().input("scale_factor", DType.FLOAT32, batch, 4));
  }

  /**
   * Creates a batch of images without padding or resizing, such as windows of a larger image.
   *
   * @param s a scope for the constants
   * @param pixels float32 [batch, 3, height, width]
   */
  public static ImageBatch whole(Scope s, Tensor pixels) {
    int batch = pixels.dim(0);
    Supplier<Tensor> shape =
        () -> {
          long[] sizes = new long[2 * batch];
          for (int i = 0; i < sizes.length; i++) {
            sizes[i] = pixels.dim(2 + i % 2);
          }
          return s.constant(TensorData.of(sizes, batch, 2));
        };
    Supplier<Tensor> scale =
        () -> {
          float[] ones = new float[4 * batch];
          Arrays.fill(ones, 1);
          return s.constant(TensorData.of(ones, batch, 4));
        };
    return new ImageBatch(pixels, true, shape, shape, scale);
  }

  /** Returns a batch with other pixels and the same geometry. */
  public ImageBatch with(Tensor others) {
    return new ImageBatch(others, filled, this::shape, this::originalShape, this::scaleFactor);
  }

  /** Returns whether images may have padding. */
  public boolean isPadded() {
    return !filled;
  }

  /** Returns the same images, declared to have no padding. */
  public ImageBatch filled() {
    return new ImageBatch(pixels, true, this::shape, this::originalShape, this::scaleFactor);
  }

  /**
   * Returns a mask of the cells of a map that are not padding.
   *
   * @param s a scope for the constants
   * @param height rows of the map
   * @param width columns of the map
   * @return empty if images have no padding
   */
  public Optional<PaddingMask> padding(Scope s, int height, int width) {
    return filled
        ? Optional.empty()
        : Optional.of(PaddingMask.of(s, shape(), Extent.of(pixels), new Extent(height, width)));
  }

  /**
   * Crops the padding from maps. All images of the batch must have the same size.
   *
   * @param maps [batch, channels, height, width], with the size of the padded images
   * @return [batch, channels, ?, ?], or the maps themselves if images have no padding
   */
  public Tensor withoutPadding(Tensor maps) {
    if (filled) {
      return maps;
    }
    Tensor size = shape().select(0, 0);
    return maps.first(2, size.select(0, 0)).first(3, size.select(0, 1));
  }

  /** Returns the normalized images, float32 [batch, 3, height, width]. */
  public Tensor pixels() {
    return pixels;
  }

  /** Returns height and width of each resized image, without padding: int64 [batch, 2]. */
  public Tensor shape() {
    return of("img_shape");
  }

  /** Returns height and width of each image before it was resized: int64 [batch, 2]. */
  public Tensor originalShape() {
    return of("ori_shape");
  }

  /**
   * Returns the ratio of resized to original size, for x1, y1, x2, y2 of a box: float32 [batch, 4].
   */
  public Tensor scaleFactor() {
    return of("scale_factor");
  }

  private Tensor of(String name) {
    return known.computeIfAbsent(name, n -> geometry.get(n).get());
  }
}
