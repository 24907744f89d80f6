package dev.dovetail.images.draw;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.images.MaskRegion;

/**
 * An object to draw: a class number, a score, a box x1 y1 x2 y2 in pixels of the image, and its
 * mask ({@link MaskRegion#EMPTY} for none).
 */
record Instance(int label, float score, float x1, float y1, float x2, float y2, MaskRegion mask) {

  static Instance of(Detections found, int i) {
    float[] b = found.boxes();
    return new Instance(
        found.labels()[i],
        found.scores()[i],
        b[4 * i],
        b[4 * i + 1],
        b[4 * i + 2],
        b[4 * i + 3],
        found.hasMasks() ? region(found.masks()[i]) : MaskRegion.EMPTY);
  }

  private static MaskRegion region(Rle mask) {
    Rle.Box box = mask.box();
    return new MaskRegion(box.x(), box.y(), box.width(), box.height(), mask.boxColumnMajor());
  }

  double boxArea() {
    return (double) (x2 - x1) * (y2 - y1);
  }
}
