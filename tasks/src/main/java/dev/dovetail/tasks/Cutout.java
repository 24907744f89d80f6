package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import java.util.Optional;

/**
 * The region of an image that shows one object.
 *
 * @param name the name of the object's class
 * @param left the first column
 * @param top the first row
 * @param right the column after the last
 * @param bottom the row after the last
 */
public record Cutout(String name, int left, int top, int right, int bottom) {

  /** Creates the region of all pixels that a box touches. */
  public static Cutout of(String name, float left, float top, float right, float bottom) {
    return new Cutout(
        name,
        (int) Math.floor(left),
        (int) Math.floor(top),
        (int) Math.ceil(right),
        (int) Math.ceil(bottom));
  }

  /**
   * Returns the class name as a directory name, with {@code _} for characters that some file
   * systems do not allow.
   */
  public String folder() {
    String kept = name.replaceAll("[^\\p{L}\\p{M}\\p{N} ._-]", "_").strip();
    return kept.isEmpty() || kept.matches("\\.+") ? "_" : kept;
  }

  /** Crops the part of the region that is inside the image; empty if there is none. */
  public Optional<Image> from(Image image) {
    int x = Math.max(0, left);
    int y = Math.max(0, top);
    int width = Math.min(right, image.size().width()) - x;
    int height = Math.min(bottom, image.size().height()) - y;
    return width <= 0 || height <= 0
        ? Optional.empty()
        : Optional.of(image.cropped(y, x, new Size(height, width)));
  }
}
