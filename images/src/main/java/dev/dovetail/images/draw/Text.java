package dev.dovetail.images.draw;

import java.text.Normalizer;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Point;
import org.opencv.core.Rect;
import org.opencv.core.Scalar;
import org.opencv.core.Size;
import org.opencv.imgproc.Imgproc;

/**
 * Writes a line of text with OpenCV's stroked font: it needs no fonts on the machine. The strokes
 * are drawn large and averaged down, which keeps small letters legible.
 *
 * @param height pixels from the top of a capital letter to the bottom of a descender
 */
record Text(int height) {

  private static final int FONT = Imgproc.FONT_HERSHEY_DUPLEX;
  private static final int OVERSAMPLING = 4;

  /** The font covers ASCII: accents are left out, what remains foreign becomes a question mark. */
  private static String plain(String text) {
    String decomposed = Normalizer.normalize(text.replace("ß", "ss"), Normalizer.Form.NFD);
    return decomposed.replaceAll("\\p{M}", "").replaceAll("[^\\x20-\\x7e]", "?");
  }

  private double scale() {
    int[] baseline = new int[1];
    Size unit = Imgproc.getTextSize("X", FONT, 1, 1, baseline);
    return height * OVERSAMPLING / (unit.height + baseline[0]);
  }

  private int stroke() {
    return Math.max(1, (int) Math.round(scale() * 1.3));
  }

  /** Width of the line in pixels. */
  int width(String text) {
    Size size = Imgproc.getTextSize(plain(text), FONT, scale(), stroke(), new int[1]);
    return (int) Math.ceil(size.width / OVERSAMPLING) + 1;
  }

  /** Writes with the upper left corner at (x, y); what lies outside the picture is cut. */
  void write(Mat picture, String text, int x, int y, Colour colour) {
    String line = plain(text);
    int width = width(text);
    Rect inside = intersection(new Rect(x, y, width, height), picture);
    if (inside.empty()) {
      return;
    }
    Mat large = Mat.zeros(height * OVERSAMPLING, width * OVERSAMPLING, CvType.CV_8UC1);
    Mat coverage = new Mat();
    int[] baseline = new int[1];
    Imgproc.getTextSize(line, FONT, scale(), stroke(), baseline);
    Point origin = new Point(0, large.rows() - baseline[0]);
    Imgproc.putText(large, line, origin, FONT, scale(), new Scalar(255), stroke(), Imgproc.LINE_AA);
    Imgproc.resize(large, coverage, new Size(width, height), 0, 0, Imgproc.INTER_AREA);
    Rect part = new Rect(inside.x - x, inside.y - y, inside.width, inside.height);
    Mat target = picture.submat(inside);
    Mat alpha = coverage.submat(part);
    blend(target, alpha, colour);
    alpha.release();
    target.release();
    coverage.release();
    large.release();
  }

  private static Rect intersection(Rect rect, Mat picture) {
    int left = Math.max(rect.x, 0);
    int top = Math.max(rect.y, 0);
    int right = Math.min(rect.x + rect.width, picture.cols());
    int bottom = Math.min(rect.y + rect.height, picture.rows());
    return new Rect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  private static void blend(Mat target, Mat alpha, Colour colour) {
    byte[] pixels = new byte[target.rows() * target.cols() * 3];
    byte[] weights = new byte[target.rows() * target.cols()];
    target.get(0, 0, pixels);
    alpha.get(0, 0, weights);
    for (int i = 0; i < pixels.length; i++) {
      int weight = weights[i / 3] & 0xff;
      int under = pixels[i] & 0xff;
      pixels[i] = (byte) ((under * (255 - weight) + colour.channel(i % 3) * weight + 127) / 255);
    }
    target.put(0, 0, pixels);
  }
}
