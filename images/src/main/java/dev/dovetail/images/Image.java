package dev.dovetail.images;

import dev.dovetail.formats.Size;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * An immutable image with 8 bits per channel: {@code [height, width, 3]}, rows from top to bottom,
 * channels blue, green, red, as in OpenCV and the reference pipelines.
 *
 * <p>An image decoded by OpenCV stays in OpenCV's memory until its pixels are requested in Java, so
 * it can be resized without a copy.
 */
public final class Image {

  /** Blue, green and red. */
  public static final int CHANNELS = 3;

  private final Size size;

  /** Null until pixels are requested, if the image is in OpenCV's memory. */
  private byte @Nullable [] bgr;

  /** Null if the image is only in Java's memory. */
  private @Nullable Mat mat;

  private Image(Size size, byte @Nullable [] bgr, @Nullable Mat mat) {
    this.size = size;
    this.bgr = bgr;
    this.mat = mat;
  }

  /**
   * {@return an image with a copy of {@code bgr [height, width, 3]}}
   *
   * @param size height and width
   * @param bgr the pixels, row by row
   * @throws IllegalArgumentException if the length of the array does not match the size
   */
  public static Image of(Size size, byte[] bgr) {
    if (bgr.length != size.pixels() * CHANNELS) {
      throw new IllegalArgumentException(
          "an image of "
              + size
              + " pixels takes "
              + size.pixels() * CHANNELS
              + " bytes, not "
              + bgr.length);
    }
    return new Image(size, bgr.clone(), null);
  }

  /** Creates an image that takes ownership of the array. */
  static Image wrap(Size size, byte[] bgr) {
    return new Image(size, bgr, null);
  }

  /**
   * {@return an image with a copy of the 8-bit BGR matrix}
   *
   * @param bgr a matrix with three channels
   */
  public static Image of(Mat bgr) {
    requireBgr(bgr);
    return new Image(sizeOf(bgr), copied(bgr), null);
  }

  /** Creates an image that takes ownership of the 8-bit BGR matrix. */
  static Image owning(Mat bgr) {
    requireBgr(bgr);
    return new Image(sizeOf(bgr), null, bgr);
  }

  private static void requireBgr(Mat bgr) {
    if (bgr.type() != CvType.CV_8UC3) {
      throw new IllegalArgumentException(
          "an image requires a matrix of type CV_8UC3, not " + CvType.typeToString(bgr.type()));
    }
  }

  private static Size sizeOf(Mat bgr) {
    return new Size(bgr.rows(), bgr.cols());
  }

  private static byte[] copied(Mat bgr) {
    byte[] pixels = new byte[Math.toIntExact(bgr.total() * CHANNELS)];
    bgr.get(0, 0, pixels);
    return pixels;
  }

  /** Returns the pixels in Java's memory, which are copied on the first call. */
  private synchronized byte[] bgr() {
    if (bgr == null) {
      bgr = copied(requireMat());
    }
    return bgr;
  }

  private Mat requireMat() {
    if (mat == null) {
      throw new IllegalStateException("the image was released");
    }
    return mat;
  }

  /** An operation on an image as a matrix. */
  interface MatUse {
    void with(Mat bgr);
  }

  /** Calls an operation with the image as a matrix, which must be neither modified nor kept. */
  synchronized void use(MatUse use) {
    if (mat != null) {
      use.with(mat);
      return;
    }
    Mat copy = toMat();
    try {
      use.with(copy);
    } finally {
      copy.release();
    }
  }

  /**
   * Frees the image's OpenCV memory without waiting for garbage collection. Afterwards, only the
   * size can be read, and the pixels if they were requested before.
   */
  public synchronized void release() {
    if (mat != null) {
      mat.release();
      mat = null;
    }
  }

  /** {@return height and width} */
  public Size size() {
    return size;
  }

  /**
   * {@return a channel of a pixel, 0 to 255}
   *
   * @param y the row
   * @param x the column
   * @param channel 0 to 2 (blue, green, red)
   */
  public int at(int y, int x, int channel) {
    return bgr()[(y * size.width() + x) * CHANNELS + channel] & 0xff;
  }

  /** Returns the image on a larger black canvas. */
  Image on(Size canvas, int left, int top) {
    if (canvas.equals(size)) {
      return this;
    }
    byte[] laid = new byte[Math.toIntExact(canvas.pixels() * CHANNELS)];
    int length = size.width() * CHANNELS;
    for (int y = 0; y < size.height(); y++) {
      int to = ((top + y) * canvas.width() + left) * CHANNELS;
      System.arraycopy(bgr(), y * length, laid, to, length);
    }
    release();
    return new Image(canvas, laid, null);
  }

  /** Returns the upright image. */
  Image upright(Orientation orientation) {
    if (orientation.equals(Orientation.UPRIGHT)) {
      return this;
    }
    int rows = orientation.transposes() ? size.width() : size.height();
    int columns = orientation.transposes() ? size.height() : size.width();
    byte[] pixels = bgr();
    release();
    byte[] turned = new byte[pixels.length];
    int to = 0;
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int row = orientation.transposes() ? x : y;
        int column = orientation.transposes() ? y : x;
        row = orientation.flipsRows() ? size.height() - 1 - row : row;
        column = orientation.flipsColumns() ? size.width() - 1 - column : column;
        int from = (row * size.width() + column) * CHANNELS;
        turned[to++] = pixels[from];
        turned[to++] = pixels[from + 1];
        turned[to++] = pixels[from + 2];
      }
    }
    return new Image(new Size(rows, columns), turned, null);
  }

  /**
   * {@return the image rotated clockwise}
   *
   * @param quarters the number of rotations by 90 degrees
   */
  public Image turned(int quarters) {
    return switch (Math.floorMod(quarters, 4)) {
      case 1 -> upright(Orientation.TURNED_LEFT);
      case 2 -> upright(Orientation.UPSIDE_DOWN);
      case 3 -> upright(Orientation.TURNED_RIGHT);
      default -> this;
    };
  }

  /** {@return the image flipped horizontally} */
  public Image mirrored() {
    return wrap(size, bgr().clone()).upright(Orientation.MIRRORED);
  }

  /**
   * {@return a copy of a part of the image}
   *
   * @param top the first row of the part
   * @param left the first column of the part
   * @param part height and width of the part
   * @throws IllegalArgumentException if the part extends beyond the image
   */
  public Image cropped(int top, int left, Size part) {
    if (top < 0
        || left < 0
        || top > size.height() - part.height()
        || left > size.width() - part.width()) {
      throw new IllegalArgumentException(
          "a part of "
              + part
              + " at ("
              + left
              + ", "
              + top
              + ") extends beyond the image of "
              + size);
    }
    byte[] kept = new byte[Math.toIntExact(part.pixels() * CHANNELS)];
    int length = part.width() * CHANNELS;
    for (int y = 0; y < part.height(); y++) {
      int from = ((top + y) * size.width() + left) * CHANNELS;
      System.arraycopy(bgr(), from, kept, y * length, length);
    }
    return wrap(part, kept);
  }

  /**
   * {@return the image with a black margin on all four sides}
   *
   * @param margin in pixels
   * @throws IllegalArgumentException if it is negative
   */
  public Image padded(int margin) {
    if (margin < 0) {
      throw new IllegalArgumentException("a margin must be 0 pixels or more, not " + margin);
    }
    Size canvas = new Size(size.height() + 2 * margin, size.width() + 2 * margin);
    return wrap(size, bgr()).on(canvas, margin, margin);
  }

  /**
   * {@return hue (0 to 179), saturation and value of each pixel, {@code [height, width, 3]}, by
   * OpenCV's {@code COLOR_BGR2HSV}}
   */
  public byte[] toHsv() {
    OpenCv.load();
    Mat hsv = new Mat();
    try {
      use(original -> Imgproc.cvtColor(original, hsv, Imgproc.COLOR_BGR2HSV));
      return copied(hsv);
    } finally {
      hsv.release();
    }
  }

  /**
   * {@return the image of hue, saturation and value, by OpenCV's {@code COLOR_HSV2BGR}}
   *
   * @param size height and width
   * @param hsv {@code [height, width, 3]}, in the format of {@link #toHsv}
   */
  public static Image ofHsv(Size size, byte[] hsv) {
    Mat mat = of(size, hsv).toMat();
    try {
      Imgproc.cvtColor(mat, mat, Imgproc.COLOR_HSV2BGR);
      return of(mat);
    } finally {
      mat.release();
    }
  }

  /** {@return a copy of the pixels, {@code [height, width, 3]}} */
  public byte[] toBytes() {
    return bgr().clone();
  }

  /** {@return a copy as an 8-bit BGR matrix, which the caller releases} */
  public Mat toMat() {
    OpenCv.load();
    synchronized (this) {
      if (bgr == null) {
        return requireMat().clone();
      }
    }
    Mat copy = new Mat(size.height(), size.width(), CvType.CV_8UC3);
    copy.put(0, 0, bgr());
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image image
        && size.equals(image.size)
        && Arrays.equals(bgr(), image.bgr());
  }

  @Override
  public int hashCode() {
    return 31 * size.hashCode() + Arrays.hashCode(bgr());
  }

  @Override
  public String toString() {
    return "image of " + size + " pixels";
  }
}
