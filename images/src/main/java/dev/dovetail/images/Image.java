package dev.dovetail.images;

import dev.dovetail.formats.Size;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;

/**
 * An image of 8 bits a channel: rows from top to bottom, {@code [height, width, 3]}, blue, green,
 * red, as OpenCV and the reference pipelines hold it. It does not change.
 *
 * <p>An image that OpenCV decoded stays in OpenCV's memory until its pixels are asked for in
 * Java's, so that it is resized without a copy.
 */
public final class Image {

  /** Blue, green and red. */
  public static final int CHANNELS = 3;

  private final Size size;

  /** Null until pixels are asked for, if the image is in OpenCV's memory. */
  private byte @Nullable [] bgr;

  /** Null if the image is in Java's memory alone. */
  private @Nullable Mat mat;

  private Image(Size size, byte @Nullable [] bgr, @Nullable Mat mat) {
    this.size = size;
    this.bgr = bgr;
    this.mat = mat;
  }

  /**
   * {@return an image of a copy of {@code bgr [height, width, 3]}}
   *
   * @param size height and width
   * @param bgr the pixels, row by row
   * @throws IllegalArgumentException where the array is not as long as the size asks
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

  /** An image of the array itself, which nobody else keeps. */
  static Image wrap(Size size, byte[] bgr) {
    return new Image(size, bgr, null);
  }

  /**
   * {@return an image of a copy of the 8-bit BGR matrix}
   *
   * @param bgr a matrix of three channels
   */
  public static Image of(Mat bgr) {
    requireBgr(bgr);
    return new Image(sizeOf(bgr), copied(bgr), null);
  }

  /** An image of the 8-bit BGR matrix itself, which nobody else keeps or releases. */
  static Image owning(Mat bgr) {
    requireBgr(bgr);
    return new Image(sizeOf(bgr), null, bgr);
  }

  private static void requireBgr(Mat bgr) {
    if (bgr.type() != CvType.CV_8UC3) {
      throw new IllegalArgumentException(
          "an image is made of CV_8UC3, not of " + CvType.typeToString(bgr.type()));
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

  /** The pixels in Java's memory, copied there at the first call. */
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

  /** What is done with an image as a matrix. */
  interface MatUse {
    void with(Mat bgr);
  }

  /** Hands out the image as a matrix that is neither changed nor kept. */
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
   * Frees OpenCV's memory of the image, which a garbage collection would do late. What was not
   * asked for before cannot be read afterwards, except the size.
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
   * {@return channel 0 to 2 (blue, green, red) of a pixel, 0 to 255}
   *
   * @param y row, counted from 0
   * @param x column, counted from 0
   * @param channel 0 to 2
   */
  public int at(int y, int x, int channel) {
    return bgr()[(y * size.width() + x) * CHANNELS + channel] & 0xff;
  }

  /** The image on a black canvas that holds it. */
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

  /** The image turned to stand upright. */
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
   * {@return the image turned clockwise}
   *
   * @param quarters how often by 90 degrees
   */
  public Image turned(int quarters) {
    return switch (Math.floorMod(quarters, 4)) {
      case 1 -> upright(Orientation.TURNED_LEFT);
      case 2 -> upright(Orientation.UPSIDE_DOWN);
      case 3 -> upright(Orientation.TURNED_RIGHT);
      default -> this;
    };
  }

  /** {@return the image with left and right exchanged} */
  public Image mirrored() {
    return wrap(size, bgr().clone()).upright(Orientation.MIRRORED);
  }

  /**
   * {@return a copy of a part of the image}
   *
   * @param top the first row of the part
   * @param left the first column of the part
   * @param part height and width of the part
   * @throws IllegalArgumentException where the part leaves the image
   */
  public Image cropped(int top, int left, Size part) {
    if (top < 0
        || left < 0
        || top > size.height() - part.height()
        || left > size.width() - part.width()) {
      throw new IllegalArgumentException(
          "a part of " + part + " at (" + left + ", " + top + ") leaves the image of " + size);
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
   * @throws IllegalArgumentException where it is negative
   */
  public Image padded(int margin) {
    if (margin < 0) {
      throw new IllegalArgumentException("a margin is 0 pixels or more, not " + margin);
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
   * @param hsv {@code [height, width, 3]}, as {@link #toHsv} gives them
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
