package dev.dovetail.graph.nn;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Tensor;

/**
 * The extent of a grid, a window or a shift.
 *
 * @param height rows
 * @param width columns
 */
public record Extent(int height, int width) {

  /** {@return rows times columns} */
  public int area() {
    return height * width;
  }

  /**
   * {@return the size of a map}
   *
   * @param map [batch, channels, height, width]
   */
  public static Extent of(Tensor map) {
    return new Extent(map.dim(2), map.dim(3));
  }

  /**
   * {@return the size of the grid of cells that covers an image}
   *
   * @param image [batch, channels, height, width]
   * @param stride the size of a cell along each axis in pixels
   */
  public static Extent ofImage(Tensor image, int stride) {
    return new Extent((image.dim(2) + stride - 1) / stride, (image.dim(3) + stride - 1) / stride);
  }

  /**
   * Resizes a map to this size, with means of merged cells when downsampling, and bilinear
   * interpolation (half-pixel centers, repeated edges) when upsampling.
   *
   * @param map [batch, channels, height', width']
   * @return [batch, channels, height, width]
   */
  public Tensor resampled(Tensor map) {
    if (map.dim(2) <= height && map.dim(3) <= width) {
      return Resampling.bilinear(map, height, width);
    }
    int factor = map.dim(2) / height;
    return map.dim(2) == factor * height && map.dim(3) == factor * width
        ? map.apply(new Convolution.AveragePool(factor, factor))
        : Resampling.adaptiveAveragePool(map, height, width);
  }

  /**
   * {@return the rows and columns of a map within this size}
   *
   * @param map [batch, channels, height', width']
   */
  public Tensor cropped(Tensor map) {
    Tensor rows = map.dim(2) > height ? map.slice(2, 0, height) : map;
    return rows.dim(3) > width ? rows.slice(3, 0, width) : rows;
  }
}
