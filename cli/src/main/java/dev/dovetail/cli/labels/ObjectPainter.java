package dev.dovetail.cli.labels;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.mask.Rle;
import java.io.IOException;
import java.util.Arrays;

/**
 * Paints the objects of an image into a map. Objects are painted in order, so that later objects
 * cover earlier ones. Boxes without masks are filled.
 *
 * @param warnings counts boxes that are filled
 */
public record ObjectPainter(Warnings warnings) {

  /** Returns the value of an object with an index in its image. */
  public interface Value {
    int of(LabelledObject object, int number) throws IOException;
  }

  /**
   * Returns the value of each pixel, row by row.
   *
   * @param background the value of pixels without an object
   * @throws FormatException if a mask does not have the size of its image
   */
  public int[] paint(LabelledImage image, int background, Value value) throws IOException {
    Size size = image.size();
    int[] canvas = new int[Math.toIntExact(size.pixels())];
    Arrays.fill(canvas, background);
    int number = 0;
    for (LabelledObject object : image.objects()) {
      int colour = value.of(object, number++);
      int[] runs = mask(image, object).runs();
      int at = 0;
      for (int i = 0; i < runs.length; at += runs[i++]) {
        for (int p = at; i % 2 == 1 && p < at + runs[i]; p++) {
          canvas[p % size.height() * size.width() + p / size.height()] = colour;
        }
      }
    }
    return canvas;
  }

  private Rle mask(LabelledImage image, LabelledObject object) throws IOException {
    Size size = image.size();
    if (object.hasMask()) {
      Rle mask = object.mask(size);
      if (mask.height() != size.height() || mask.width() != size.width()) {
        throw new FormatException(
            image.source()
                + (": a mask has "
                    + mask.width()
                    + "x"
                    + mask.height()
                    + " pixels, but its image has ")
                + size);
      }
      return mask;
    }
    warnings.add(
        "boxes without a mask (painted as filled boxes)",
        () -> image.source() + ": a " + object.category());
    Box b = object.box();
    return Rle.ofBox(size.height(), size.width(), b.x(), b.y(), b.width(), b.height());
  }
}
