package dev.dovetail.images.draw;

/**
 * How results are drawn.
 *
 * @param lineWidth of boxes in pixels; 0 lets the size of the image decide
 * @param alpha opacity of masks, segments and label maps, from 0 to 1
 * @param palette the colours
 * @param perInstance whether each object has a colour of its own, rather than its class
 * @param labels whether names, scores and legends are drawn
 * @param boxes whether boxes are drawn
 * @param masks whether masks, segments and label maps are drawn
 * @param steady whether the frames of a video are drawn: a legend has the room for all classes, so
 *     that pictures keep their size
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

  /** The opacity where none is asked for, as in detectron2. */
  public static final double ALPHA = 0.5;

  /** Everything, in a colour for each class. */
  public static final DrawingStyle STANDARD = of(Palette.distinct());

  /**
   * Checks the numbers.
   *
   * @param lineWidth of boxes in pixels; 0 lets the size of the image decide
   * @param alpha opacity of masks, segments and label maps, from 0 to 1
   * @param palette the colours
   * @param perInstance whether each object has a colour of its own, rather than its class
   * @param labels whether names, scores and legends are drawn
   * @param boxes whether boxes are drawn
   * @param masks whether masks, segments and label maps are drawn
   * @param steady whether a legend has the room for all classes
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
   * {@return everything, in these colours for the classes}
   *
   * @param palette the colours
   */
  public static DrawingStyle of(Palette palette) {
    return new DrawingStyle(0, ALPHA, palette, false, true, true, true, false);
  }

  /** {@return the same for the frames of a video, whose pictures keep their size} */
  public DrawingStyle forVideo() {
    return new DrawingStyle(lineWidth, alpha, palette, perInstance, labels, boxes, masks, true);
  }
}
