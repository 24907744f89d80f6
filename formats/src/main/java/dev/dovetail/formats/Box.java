package dev.dovetail.formats;

/** A box in pixels: left, top, width and height as in the file, not clipped. */
public record Box(double x, double y, double width, double height) {

  /** Represents a missing box. All its values are NaN, which files cannot contain. */
  public static final Box ABSENT = new Box(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** Returns the four numbers in the order of a file. */
  @Override
  public String toString() {
    return "[" + x + ", " + y + ", " + width + ", " + height + "]";
  }

  /** {@return whether the box is missing} */
  public boolean isAbsent() {
    return Double.isNaN(x);
  }
}
