package dev.dovetail.images.draw;

import dev.dovetail.images.Image;
import java.util.List;
import org.opencv.core.Mat;
import org.opencv.core.Rect;
import org.opencv.imgproc.Imgproc;

/**
 * Writes the name of an image's class at its top left, on the colour of the class.
 *
 * @param classes the class names; a number beyond them is written as it is
 * @param palette the colours of the classes
 */
public record ClassPainter(List<String> classes, Palette palette) {

  /**
   * Copies the names.
   *
   * @param classes the class names; a number beyond them is written as it is
   * @param palette the colours of the classes
   */
  public ClassPainter {
    classes = List.copyOf(classes);
  }

  /**
   * {@return a copy of the image with the name on it; what does not fit is cut}
   *
   * @param image the image
   * @param label the number of the class
   */
  public Image draw(Image image, int label) {
    Style style = Style.of(image.size());
    String name = label < classes.size() ? classes.get(label) : Integer.toString(label);
    Colour colour = palette.colour(label);
    Mat picture = image.toMat();
    try {
      Text text = new Text(style.textHeight());
      int width = text.width(name) + 2 * style.padding();
      int height = style.textHeight() + 2 * style.padding();
      Imgproc.rectangle(picture, new Rect(0, 0, width, height), colour.scalar(), Imgproc.FILLED);
      text.write(picture, name, style.padding(), style.padding(), colour.contrast());
      return Image.of(picture);
    } finally {
      picture.release();
    }
  }
}
