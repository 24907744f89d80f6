package dev.dovetail.formats.panoptic;

import java.util.List;

/**
 * The segments of one image, true or predicted.
 *
 * @param source the location of the record, such as {@code panoptic.json: annotations[3]}
 * @param fileName of the PNG file with the segment of every pixel
 * @param segments in the order of the file, without duplicates
 * @param key the image's id in the file, a Long or a String
 */
public record PanopticAnnotation(
    String source, long imageId, String fileName, List<PanopticSegment> segments, Object key) {

  /**
   * Creates an annotation of an image with a numeric id.
   *
   * @param source the location of the record, such as {@code panoptic.json: annotations[3]}
   * @param imageId of the image
   * @param fileName of the PNG file with the segment of every pixel
   * @param segments in the order of the file, without duplicates
   */
  public PanopticAnnotation(
      String source, long imageId, String fileName, List<PanopticSegment> segments) {
    this(source, imageId, fileName, segments, imageId);
  }

  /**
   * Copies the segments.
   *
   * @param source the location of the record, such as {@code panoptic.json: annotations[3]}
   * @param imageId of the image
   * @param fileName of the PNG file with the segment of every pixel
   * @param segments in the order of the file, without duplicates
   * @param key the image's id in the file, a Long or a String
   */
  public PanopticAnnotation {
    segments = List.copyOf(segments);
  }

  /** {@return the name in messages: file, record and image} */
  public String describe() {
    return source + " (image " + key + ", " + fileName + ")";
  }
}
