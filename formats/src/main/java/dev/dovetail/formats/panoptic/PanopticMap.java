package dev.dovetail.formats.panoptic;

import java.util.List;

/**
 * The predicted segments of one image.
 *
 * @param map the segment of every pixel of the original image; 0 is void
 * @param segments in the order of their ids, which start at 1
 */
public record PanopticMap(IdMap map, List<Segment> segments) {

  /**
   * A segment: a thing, or all stuff of a class.
   *
   * @param id the value of its pixels in the map
   * @param label its class, from 0
   * @param score the confidence of the model
   * @param area in pixels
   */
  public record Segment(int id, int label, float score, int area) {}

  /**
   * Copies the segments.
   *
   * @param map the segment of every pixel
   * @param segments in the order of their ids, which start at 1
   */
  public PanopticMap {
    segments = List.copyOf(segments);
  }
}
