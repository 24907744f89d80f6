package dev.dovetail.formats.mask;

/** The pixels of an object, in one of COCO's formats. */
public sealed interface Segmentation {

  /**
   * {@return the mask, equal to that of {@code COCO.annToRLE}}
   *
   * @param height of the image in pixels; run lengths have their own size
   * @param width of the image in pixels
   * @throws IllegalArgumentException if the segmentation is invalid, with the reason
   */
  Rle toRle(int height, int width);

  /**
   * {@return the segmentation of a mask}
   *
   * @param mask of the size of the image
   */
  static Segmentation of(Rle mask) {
    return new UncompressedRle(mask.height(), mask.width(), mask.runs());
  }

  /** A missing segmentation. */
  record Absent() implements Segmentation {
    /** The only instance. */
    public static final Absent INSTANCE = new Absent();

    @Override
    public Rle toRle(int height, int width) {
      throw new IllegalArgumentException("the segmentation is missing");
    }
  }

  /**
   * The union of outlines x0, y0, x1, y1, … in pixels. The first one must have at least three
   * points, because the reference treats four numbers as a box and fails. The others may have any
   * length.
   */
  record Polygons(double[][] parts) implements Segmentation {

    /** The smallest number of values in the first part that the reference treats as a polygon. */
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
            "a polygon requires the width and height of its image, which are missing");
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
