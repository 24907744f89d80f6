package dev.dovetail.eval.coco.params;

/** A size class: objects whose area in square pixels is between the limits, inclusive. */
public record AreaRange(String name, double low, double high) {

  public boolean contains(double area) {
    return !(area < low || area > high);
  }
}
