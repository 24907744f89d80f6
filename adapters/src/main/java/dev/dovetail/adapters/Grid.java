package dev.dovetail.adapters;

/**
 * The size of a map.
 *
 * @param height rows
 * @param width columns
 */
public record Grid(int height, int width) {

  public int cells() {
    return height * width;
  }
}
