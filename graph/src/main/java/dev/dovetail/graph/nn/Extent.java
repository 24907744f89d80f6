package dev.dovetail.graph.nn;

import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Tensor;

/**
 * How far a grid, a window or a shift extends.
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
   * {@return the cells that cover an image}
   *
   * @param image [batch, channels, height, width]
   * @param stride pixels of a cell along each axis
   */
  public static Extent ofImage(Tensor image, int stride) {
    return new Extent((image.dim(2) + stride - 1) / stride, (image.dim(3) + stride - 1) / stride);
  }

  /**
   * A map at this size: means of the cells that fall together where it shrinks, bilinear values
   * (half-pixel centres, edges repeated) where it grows.
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
   * {@return the rows and columns of a map that lie within this size}
   *
   * @param map [batch, channels, height', width']
   */
  public Tensor cropped(Tensor map) {
    Tensor rows = map.dim(2) > height ? map.slice(2, 0, height) : map;
    return rows.dim(3) > width ? rows.slice(3, 0, width) : rows;
  }
}
