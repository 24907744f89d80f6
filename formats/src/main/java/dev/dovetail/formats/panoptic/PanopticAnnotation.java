package dev.dovetail.formats.panoptic;

import java.util.List;

/**
 * The segments of one image, true or predicted.
 *
 * @param source where the record lies, such as {@code panoptic.json: annotations[3]}
 * @param fileName of the PNG file with the segment of every pixel
 * @param segments in the order of the file, none twice
 * @param key the image's id as it stands in the file, a Long or a String
 */
public record PanopticAnnotation(
    String source, long imageId, String fileName, List<PanopticSegment> segments, Object key) {

  /**
   * An image of a set whose ids are numbers.
   *
   * @param source where the record lies, such as {@code panoptic.json: annotations[3]}
   * @param imageId of the image
   * @param fileName of the PNG file with the segment of every pixel
   * @param segments in the order of the file, none twice
   */
  public PanopticAnnotation(
      String source, long imageId, String fileName, List<PanopticSegment> segments) {
    this(source, imageId, fileName, segments, imageId);
  }

  /**
   * Copies the segments.
   *
   * @param source where the record lies, such as {@code panoptic.json: annotations[3]}
   * @param imageId of the image
   * @param fileName of the PNG file with the segment of every pixel
   * @param segments in the order of the file, none twice
   * @param key the image's id as it stands in the file, a Long or a String
   */
  public PanopticAnnotation {
    segments = List.copyOf(segments);
  }

  /** {@return what messages call it: file, record and image} */
  public String describe() {
    return source + " (image " + key + ", " + fileName + ")";
  }
}
