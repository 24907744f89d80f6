package dev.dovetail.formats.mask;

/** The pixels of an object in one of the forms that annotations use; those of COCO. */
public sealed interface Segmentation {

  /**
   * {@return the mask, as {@code COCO.annToRLE} makes it}
   *
   * @param height of the image in pixels; run lengths bring their own size
   * @param width of the image in pixels
   * @throws IllegalArgumentException if it is none, with what is wrong
   */
  Rle toRle(int height, int width);

  /**
   * {@return the pixels of a mask}
   *
   * @param mask of the size of the image
   */
  static Segmentation of(Rle mask) {
    return new UncompressedRle(mask.height(), mask.width(), mask.runs());
  }

  /** No segmentation at all. */
  record Absent() implements Segmentation {
    /** The only one that is needed. */
    public static final Absent INSTANCE = new Absent();

    @Override
    public Rle toRle(int height, int width) {
      throw new IllegalArgumentException("there is no segmentation");
    }
  }

  /**
   * Outlines x0, y0, x1, y1, … in pixels, united. The first must have three points: the reference
   * takes four numbers for a box and fails. Later ones may have any length.
   */
  record Polygons(double[][] parts) implements Segmentation {

    /** Numbers that the first part needs at least, for the reference to take it for a polygon. */
    public static final int LEAST_NUMBERS = 5;

    @Override
    public Rle toRle(int height, int width) {
      if (parts[0].length < LEAST_NUMBERS) {
        throw new IllegalArgumentException(
            "the first polygon has "
                + parts[0].length
                + " numbers; expected x and y of at least three points");
      }
      if (height < 0 || width < 0) {
        throw new IllegalArgumentException(
            "a polygon needs the width and height of its image, which has none");
      }
      return Rle.ofPolygons(height, width, parts);
    }
  }

  /** Run lengths as a compressed count string, in ASCII. */
  record CompressedRle(int height, int width, byte[] counts) implements Segmentation {
    @Override
    public Rle toRle(int imageHeight, int imageWidth) {
      return Rle.ofCompressed(height, width, counts);
    }
  }

  /** Run lengths as numbers. */
  record UncompressedRle(int height, int width, int[] runs) implements Segmentation {
    @Override
    public Rle toRle(int imageHeight, int imageWidth) {
      return Rle.ofRuns(height, width, runs);
    }
  }
}
