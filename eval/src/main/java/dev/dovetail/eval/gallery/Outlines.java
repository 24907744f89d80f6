package dev.dovetail.eval.gallery;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.Segmentation;
import dev.dovetail.formats.mask.Outline;
import dev.dovetail.formats.mask.Rle;
import java.util.Arrays;
import java.util.List;

/** Outlines of masks, as fine as a gallery shows them. */
public final class Outlines {

  private Outlines() {}

  /** Of a mask; the larger its image, the coarser. */
  static List<double[]> of(Rle mask) {
    double scale = Math.max(mask.width(), mask.height()) / (double) PictureFiles.LONGEST;
    return Outline.of(mask, Math.max(0.75, scale));
  }

  /**
   * {@return the outline of a mask as a file has it; polygons are outlines already}
   *
   * @param segmentation the mask
   * @param size of the image
   */
  public static List<double[]> of(Segmentation segmentation, Size size) {
    if (segmentation instanceof Segmentation.Absent) {
      return List.of();
    }
    return segmentation instanceof Segmentation.Polygons polygons
        ? Arrays.asList(polygons.parts())
        : of(segmentation.toRle(size.height(), size.width()));
  }
}
