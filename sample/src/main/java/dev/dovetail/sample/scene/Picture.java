package dev.dovetail.sample.scene;

import dev.dovetail.formats.Size;
import java.util.List;

/**
 * A drawn scene with what every pixel shows. The arrays are the picture's own: they are read, never
 * written.
 *
 * @param size height and width
 * @param rgb {@code [height, width, 3]}
 * @param segments the segment of every pixel, {@code [height, width]}: its place in {@code kinds},
 *     counted from 1
 * @param kinds what the segments are; each has a pixel at least
 */
public record Picture(Size size, byte[] rgb, int[] segments, List<Segment> kinds) {

  /**
   * One thing, a crowd of one kind, or all that is seen of some stuff.
   *
   * @param category what it is
   * @param crowd whether it stands for many objects
   */
  public record Segment(Category category, boolean crowd) {}

  /**
   * Copies the list.
   *
   * @param size height and width
   * @param rgb {@code [height, width, 3]}
   * @param segments the segment of every pixel, counted from 1
   * @param kinds what the segments are
   */
  public Picture {
    kinds = List.copyOf(kinds);
  }

  /**
   * Draws a scene. The same arguments give the same picture everywhere.
   *
   * @param seed of the set
   * @param number of the picture in it
   * @param size of the picture
   * @return the picture
   */
  public static Picture draw(long seed, long number, Size size) {
    return new Scene(new SceneRandom(seed, number), size).draw();
  }
}
