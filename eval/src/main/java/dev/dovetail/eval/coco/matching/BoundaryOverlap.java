package dev.dovetail.eval.coco.matching;

import dev.dovetail.formats.mask.Rle;

/**
 * The smaller of the overlap of two masks and that of their boundaries (Boundary IoU, Cheng et al.,
 * arXiv:2103.16562). For a crowd, which has no boundary, only the masks are compared.
 *
 * @param least the smallest relevant overlap; smaller ones may be returned as 0
 */
record BoundaryOverlap(double least) implements Overlap {

  /** The width of the boundary, as a fraction of the image's diagonal. */
  private static final double DILATION = 0.02;

  @Override
  public void fill(
      GroundTruths truths, int from, int to, ImageDetections d, int[] rows, int n, double[] into) {
    Rle[] boundaries = new Rle[n];
    for (int t = from; n > 0 && t < to; t++) {
      Rle truth = truths.mask(t);
      boolean crowd = truths.isCrowd(t);
      Rle boundary = crowd ? truth : boundary(truth);
      for (int i = 0; i < n; i++) {
        Rle detected = d.mask(rows[i]);
        double overlap = detected.iou(truth, crowd, least);
        if (!crowd && overlap > 0) {
          if (boundaries[i] == null) {
            boundaries[i] = boundary(detected);
          }
          overlap = Math.min(overlap, boundaries[i].iou(boundary, false, least));
        }
        into[i * (to - from) + t - from] = overlap;
      }
    }
  }

  private static Rle boundary(Rle mask) {
    double diagonal =
        Math.sqrt((double) mask.height() * mask.height() + (double) mask.width() * mask.width());
    return mask.boundary((int) Math.max(1, Math.rint(DILATION * diagonal)));
  }
}
