package dev.dovetail.formats.cvat;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.xml.XmlSource;
import java.util.Map;

/**
 * The element {@code mask}: alternating lengths of background and foreground, row by row within a
 * rectangle.
 */
record CvatMask(XmlSource xml, Map<String, String> shape, String where) {

  Rle read(Size image) throws FormatException {
    int left = whole("left");
    int top = whole("top");
    int width = whole("width");
    int height = whole("height");
    if (left > image.width() - width || top > image.height() - height) {
      throw xml.error(
          where,
          "its "
              + (width + "x" + height + " pixels at " + left + ", " + top)
              + (" extend beyond the image of " + image));
    }
    byte[] pixels = new byte[Math.multiplyExact(width, height)];
    String[] runs = shape.getOrDefault("rle", "").split(",");
    long at = 0;
    for (int i = 0; i < runs.length; i++) {
      long run = run(runs[i].strip(), i);
      long end = at + run;
      if (end > pixels.length) {
        throw lengths(end);
      }
      for (; at < end; at++) {
        int index = (int) at;
        // Column by column, as masks are stored in this module.
        pixels[index % width * height + index / width] = (byte) (i & 1);
      }
    }
    if (at != pixels.length) {
      throw lengths(at);
    }
    return Rle.ofRegion(image.height(), image.width(), left, top, width, height, pixels);
  }

  private FormatException lengths(long sum) {
    return xml.error(
        where + ".rle",
        "its lengths add up to "
            + sum
            + ("; expected " + shape.get("width") + " x " + shape.get("height")));
  }

  private long run(String text, int index) throws FormatException {
    double run = xml.number(text, where + ".rle[" + index + "]");
    if (run < 0 || run != Math.rint(run)) {
      throw xml.error(where + ".rle[" + index + "]", "is \"" + text + "\"; expected a length");
    }
    return (long) run;
  }

  private int whole(String field) throws FormatException {
    double value = xml.number(shape, where + ".", field);
    if (value < 0 || value != (int) value) {
      throw xml.error(
          where + "." + field, "is " + shape.get(field) + "; expected an integer of 0 or more");
    }
    return (int) value;
  }

  /** Returns the lengths in the notation of the file. */
  static String runs(Rle mask) {
    Rle.Box box = mask.box();
    byte[] pixels = mask.boxColumnMajor();
    StringBuilder runs = new StringBuilder();
    byte last = 0;
    int length = 0;
    for (int y = 0; y < box.height(); y++) {
      for (int x = 0; x < box.width(); x++) {
        byte pixel = pixels[x * box.height() + y];
        if (pixel != last) {
          runs.append(length).append(", ");
          length = 0;
          last = pixel;
        }
        length++;
      }
    }
    return runs.append(length).toString();
  }
}
