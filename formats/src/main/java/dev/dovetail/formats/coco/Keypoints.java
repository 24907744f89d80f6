package dev.dovetail.formats.coco;

/**
 * The keypoints of an annotation, as they stand in the file.
 *
 * @param values x, y in pixels and visibility of each point: 0 not labelled, 1 hidden, 2 visible;
 *     empty where the file has none
 * @param labelled the field {@code num_keypoints}, -1 where the file has none
 */
public record Keypoints(double[] values, long labelled) {

  /** Numbers for each point. */
  public static final int STRIDE = 3;

  /** Stands where an annotation has neither field. */
  public static final Keypoints ABSENT = new Keypoints(new double[0], -1);

  /** {@return how many points have a visibility above 0} */
  public int visible() {
    int visible = 0;
    for (int i = 2; i < values.length; i += STRIDE) {
      visible += values[i] > 0 ? 1 : 0;
    }
    return visible;
  }
}
