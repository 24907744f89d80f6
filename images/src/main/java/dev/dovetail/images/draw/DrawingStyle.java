package dev.dovetail.images.draw;

/**
 * The style of drawn results.
 *
 * @param lineWidth of boxes in pixels; 0 to derive it from the size of the image
 * @param alpha opacity of masks, segments and label maps, from 0 to 1
 * @param palette the colors
 * @param perInstance whether each object has its own color instead of that of its class
 * @param labels whether names, scores and legends are drawn
 * @param boxes whether boxes are drawn
 * @param masks whether masks, segments and label maps are drawn
 * @param steady whether the images are frames of a video: legends reserve space for all classes, so
 *     that frames have the same size
 */
public record DrawingStyle(
    int lineWidth,
    double alpha,
    Palette palette,
    boolean perInstance,
    boolean labels,
    boolean boxes,
    boolean masks,
    boolean steady) {

  /** The default opacity, as in detectron2. */
  public static final double ALPHA = 0.5;

  /** The default style: everything, with one color for each class. */
  public static final DrawingStyle STANDARD = of(Palette.distinct());

  /**
   * Validates the numbers.
   *
   * @param lineWidth of boxes in pixels; 0 to derive it from the size of the image
   * @param alpha opacity of masks, segments and label maps, from 0 to 1
   * @param palette the colors
   * @param perInstance whether each object has its own color instead of that of its class
   * @param labels whether names, scores and legends are drawn
   * @param boxes whether boxes are drawn
   * @param masks whether masks, segments and label maps are drawn
   * @param steady whether legends reserve space for all classes
   * @throws IllegalArgumentException if a number is outside its range
   */
  public DrawingStyle {
    if (lineWidth < 0) {
      throw new IllegalArgumentException("the line width is " + lineWidth + ", expected 0 or more");
    }
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is " + alpha + ", expected 0 to 1");
    }
  }

  /**
   * {@return the default style with other colors for the classes}
   *
   * @param palette the colors
   */
  public static DrawingStyle of(Palette palette) {
    return new DrawingStyle(0, ALPHA, palette, false, true, true, true, false);
  }

  /** {@return this style for the frames of a video, which have the same size} */
  public DrawingStyle forVideo() {
    return new DrawingStyle(lineWidth, alpha, palette, perInstance, labels, boxes, masks, true);
  }
}
