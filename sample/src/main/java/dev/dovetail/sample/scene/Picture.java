package dev.dovetail.sample.scene;

import dev.dovetail.formats.Size;
import java.util.List;

/**
 * A drawn scene with the segment of every pixel. The arrays are not copied and must not be
 * modified.
 *
 * @param size the height and width
 * @param rgb {@code [height, width, 3]}
 * @param segments the segment of every pixel, {@code [height, width]}: an index into {@code kinds},
 *     starting at 1
 * @param kinds the categories of the segments; each has at least one pixel
 */
public record Picture(Size size, byte[] rgb, int[] segments, List<Segment> kinds) {

  /**
   * A thing, a crowd of things of one category, or all visible stuff of one category.
   *
   * @param category the category
   * @param crowd whether the segment stands for several objects
   */
  public record Segment(Category category, boolean crowd) {}

  /**
   * Copies the list.
   *
   * @param size the height and width
   * @param rgb {@code [height, width, 3]}
   * @param segments the segment of every pixel, starting at 1
   * @param kinds the categories of the segments
   */
  public Picture {
    kinds = List.copyOf(kinds);
  }

  /**
   * Draws a scene. The same arguments produce the same picture on every machine.
   *
   * @param seed the seed of the set
   * @param number the number of the picture in the set
   * @param size the size of the picture
   * @return the picture
   */
  public static Picture draw(long seed, long number, Size size) {
    return new Scene(new SceneRandom(seed, number), size).draw();
  }
}
