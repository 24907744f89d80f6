package dev.dovetail.formats;

/** A box in pixels: left, top, width, height; as it stands in the file, unclipped. */
public record Box(double x, double y, double width, double height) {

  /** Stands where a record has no box; all its values are NaN, which files may not hold. */
  public static final Box ABSENT = new Box(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** The four numbers as a file has them. */
  @Override
  public String toString() {
    return "[" + x + ", " + y + ", " + width + ", " + height + "]";
  }

  /** {@return whether there is no box} */
  public boolean isAbsent() {
    return Double.isNaN(x);
  }
}
