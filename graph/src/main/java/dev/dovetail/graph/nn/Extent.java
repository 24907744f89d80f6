package dev.dovetail.graph.nn;

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
}
