package dev.dovetail.formats.panoptic;

import java.util.List;

/**
 * The segments of one image that a model found.
 *
 * @param map the segment of every pixel of the original image; 0 is void
 * @param segments in the order of their ids, which count from 1
 */
public record PanopticMap(IdMap map, List<Segment> segments) {

  /**
   * A segment: a thing, or all of a kind of stuff.
   *
   * @param id the value of its pixels in the map
   * @param label its class, from 0
   * @param score how certain the model is
   * @param area pixels
   */
  public record Segment(int id, int label, float score, int area) {}

  /**
   * Copies the segments.
   *
   * @param map the segment of every pixel
   * @param segments in the order of their ids, which count from 1
   */
  public PanopticMap {
    segments = List.copyOf(segments);
  }
}
