package dev.dovetail.images.draw;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.Image;
import dev.dovetail.images.OpenCv;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.imgproc.Imgproc;

/**
 * Colours label maps.
 *
 * @param classes the class names; labels beyond them, such as 255 for pixels left out, are black
 *     and transparent
 */
public record LabelPainter(List<String> classes, Palette palette) {

  /** Share of the class colour where a label map lies over its image. */
  private static final double OPACITY = 0.55;

  private static final Colour PAPER = new Colour(250, 250, 250);

  /**
   * Copies the names.
   *
   * @param classes the class names; labels beyond them, such as 255 for pixels left out, are black
   *     and transparent
   * @param palette the colours of the classes
   */
  public LabelPainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return the label map in the colours of its classes}
   *
   * @param labels the label map
   */
  public Image colours(LabelMap labels) {
    byte[] bgr = new byte[Math.toIntExact(labels.size().pixels() * Image.CHANNELS)];
    return paint(bgr, labels, 1);
  }

  /**
   * {@return the label map over its image}
   *
   * @param image the image
   * @param labels the label map
   * @throws IllegalArgumentException where their sizes differ
   */
  public Image over(Image image, LabelMap labels) {
    if (!image.size().equals(labels.size())) {
      throw new IllegalArgumentException(
          "a label map of " + labels.size() + " does not cover an image of " + image.size());
    }
    return paint(image.toBytes(), labels, OPACITY);
  }

  private Image paint(byte[] bgr, LabelMap labels, double opacity) {
    Colour[] colours = new Colour[classes.size()];
    for (int label = 0; label < colours.length; label++) {
      colours[label] = palette.colour(label);
    }
    for (int i = 0; i < labels.size().pixels(); i++) {
      int label = labels.at(i);
      for (int c = 0; label < colours.length && c < Image.CHANNELS; c++) {
        int under = bgr[i * Image.CHANNELS + c] & 0xff;
        double over = (colours[label].channel(c) - under) * opacity;
        bgr[i * Image.CHANNELS + c] = (byte) Math.round(under + over);
      }
    }
    return Image.of(labels.size(), bgr);
  }

  /**
   * {@return the picture with a column to its right that names the classes of the label map, the
   * largest first, with their share of the pixels} Names that find no room are left out.
   *
   * @param picture the picture
   * @param labels the label map
   */
  public Image withLegend(Image picture, LabelMap labels) {
    OpenCv.load();
    Style style = Style.of(picture.size());
    Text text = new Text(style.textHeight());
    int margin = 2 * style.textHeight() / 3;
    int swatch = style.textHeight();
    int line = 3 * style.textHeight() / 2;
    List<Share> shares = shares(labels);
    shares = shares.subList(0, Math.min(shares.size(), (picture.size().height() - margin) / line));
    int names = shares.stream().mapToInt(s -> text.width(s.name())).max().orElse(0);
    int figures = text.width("100.0%");
    int panel = 2 * margin + swatch + style.padding() * 2 + names + margin + figures;
    Size size = new Size(picture.size().height(), picture.size().width() + panel);
    Mat sheet = new Mat(size.height(), size.width(), CvType.CV_8UC3, PAPER.scalar());
    Mat source = picture.toMat();
    Mat left = sheet.submat(new Rect(0, 0, source.cols(), source.rows()));
    try {
      source.copyTo(left);
      int x = source.cols() + margin;
      int y = margin;
      for (Share share : shares) {
        Rect square = new Rect(x, y, swatch, swatch);
        Imgproc.rectangle(sheet, square, palette.colour(share.label()).scalar(), Imgproc.FILLED);
        text.write(sheet, share.name(), x + swatch + style.padding() * 2, y, Colour.BLACK);
        String figure = share.percent();
        text.write(
            sheet, figure, size.width() - margin - text.width(figure), y, new Colour(90, 90, 90));
        y += line;
      }
      return Image.of(sheet);
    } finally {
      left.release();
      source.release();
      sheet.release();
    }
  }

  private record Share(int label, String name, double fraction) {
    String percent() {
      return String.format(Locale.ROOT, "%.1f%%", 100 * fraction);
    }
  }

  private List<Share> shares(LabelMap labels) {
    long[] counts = new long[labels.valueCount()];
    for (int i = 0; i < labels.size().pixels(); i++) {
      counts[labels.at(i)]++;
    }
    List<Share> shares = new ArrayList<>();
    for (int label = 0; label < Math.min(classes.size(), counts.length); label++) {
      if (counts[label] > 0) {
        double fraction = (double) counts[label] / labels.size().pixels();
        shares.add(new Share(label, classes.get(label), fraction));
      }
    }
    shares.sort(Comparator.comparingDouble(Share::fraction).reversed());
    return shares;
  }
}
