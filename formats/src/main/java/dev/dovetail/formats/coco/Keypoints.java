package dev.dovetail.formats.coco;

/**
 * The keypoints of an annotation as in the file.
 *
 * @param values x, y in pixels and visibility of each point: 0 not labeled, 1 hidden, 2 visible;
 *     empty if missing
 * @param labelled the field {@code num_keypoints}; -1 if missing
 */
public record Keypoints(double[] values, long labelled) {

  /** The number of values per keypoint. */
  public static final int STRIDE = 3;

  /** Represents missing keypoints. */
  public static final Keypoints ABSENT = new Keypoints(new double[0], -1);

  /** {@return the number of points with a visibility above 0} */
  public int visible() {
    int visible = 0;
    for (int i = 2; i < values.length; i += STRIDE) {
      visible += values[i] > 0 ? 1 : 0;
    }
    return visible;
  }
}
