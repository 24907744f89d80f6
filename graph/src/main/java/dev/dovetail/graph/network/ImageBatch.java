package dev.dovetail.graph.network;

import dev.dovetail.graph.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Normalised images of one padded size, and where each lies in it. The geometry becomes an input of
 * the graph only if the network or the task asks for it.
 */
public final class ImageBatch {

  private final Tensor pixels;
  private final Map<String, Supplier<Tensor>> geometry = new LinkedHashMap<>();
  private final Map<String, Tensor> known = new LinkedHashMap<>();

  private ImageBatch(
      Tensor pixels, Supplier<Tensor> shape, Supplier<Tensor> original, Supplier<Tensor> scale) {
    this.pixels = pixels;
    geometry.put("img_shape", shape);
    geometry.put("ori_shape", original);
    geometry.put("scale_factor", scale);
  }

  /**
   * Images whose geometry is given to the graph: as the inputs {@code img_shape}, {@code ori_shape}
   * and {@code scale_factor}.
   *
   * @param s any scope of the graph
   * @param pixels float32 [batch, 3, height, width]
   */
  public static ImageBatch ofInputs(Scope s, Tensor pixels) {
    int batch = pixels.dim(0);
    return new ImageBatch(
        pixels,
        () -> s.trace().input("img_shape", DType.INT64, batch, 2),
        () -> s.trace().input("ori_shape", DType.INT64, batch, 2),
        () -> s.trace().input("scale_factor", DType.FLOAT32, batch, 4));
  }

  /**
   * Images that fill their size and are not resized, such as windows of a larger one.
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
    return new ImageBatch(pixels, shape, shape, scale);
  }

  /** Other pixels in the same places. */
  public ImageBatch with(Tensor others) {
    return new ImageBatch(others, this::shape, this::originalShape, this::scaleFactor);
  }

  /** The normalised images, float32 [batch, 3, height, width]. */
  public Tensor pixels() {
    return pixels;
  }

  /** Height and width of each resized image, without padding: int64 [batch, 2]. */
  public Tensor shape() {
    return of("img_shape");
  }

  /** Height and width of each image before it was resized: int64 [batch, 2]. */
  public Tensor originalShape() {
    return of("ori_shape");
  }

  /** Resized by original size, for x1, y1, x2, y2 of a box: float32 [batch, 4]. */
  public Tensor scaleFactor() {
    return of("scale_factor");
  }

  private Tensor of(String name) {
    return known.computeIfAbsent(name, n -> geometry.get(n).get());
  }
}
